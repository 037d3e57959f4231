import { expect, test } from 'vitest';
import { compiled, rulesFile, SYSTEM, told } from './catalog-folder.ts';

const withObjectives = (yaml: string) => ({ 'shop/homeostat.yaml': `${SYSTEM}objectives:\n${yaml}` });

test('an objective is confined to its system like a rule, with recordings put in; what it reads is collected', () => {
  const rules = rulesFile(
    'record: job:errors\nexpr: rate(errors_total[5m])',
    'alert: A\nexpr: job:errors > 1\nlabels: {severity: info}',
  );
  const system = compiled({
    ...withObjectives(
      '  fast: {service: web, value: "job:errors / rate(asked_total[5m])", atMost: 0.01, target: 99.5%, window: 7d, description: x}\n  up: {value: up, atLeast: 1, target: 99%}\n',
    ),
    'shop/rules.yaml': rules,
  }).systems['shop'];
  const confined = '"@resource.homeostat.system"="shop"';
  expect(system?.objectives).toEqual([
    {
      name: 'fast',
      description: 'x',
      service: 'web',
      query: `(rate(errors_total{${confined}}[5m])) / rate(asked_total{${confined}}[5m])`,
      holds: 'at-most',
      limit: 0.01,
      target: 0.995,
      windowS: 7 * 86_400,
    },
    {
      name: 'up',
      query: `up{${confined}}`,
      holds: 'at-least',
      limit: 1,
      target: 0.99,
      windowS: 30 * 86_400,
    },
  ]);
  expect(system?.collection.metrics).toEqual(expect.arrayContaining(['asked_total', 'errors_total']));
});

test('everything that can be wrong', () => {
  const wrong = `  a: {value: "up ==", atMost: 1, target: 99%}
  b: {value: up, target: 99%}
  c: {value: up, atMost: 1, atLeast: 2, target: 99%}
  d: {value: up, atMost: 1, target: 100%, service: wep}
  e: {value: up, atMost: 1, target: 0.99, window: 5m, limit: 3}
  f: {value: "max_over_time(up[6d1s])", atMost: 1, target: 99%}
  g: {value: "max_over_time(up[6d])", atMost: 1, target: 99%}
`;
  expect(told(withObjectives(wrong))).toMatchInlineSnapshot(`
    "shop/homeostat.yaml:10:20: PromQL: unexpected end of input
    shop/homeostat.yaml:11:6: found neither "atMost" nor "atLeast", expected one of them
    shop/homeostat.yaml:12:6: found both "atMost" and "atLeast", expected one of them
    shop/homeostat.yaml:13:37: found "100%", expected more than 0% and less than 100%
    shop/homeostat.yaml:13:52: no service "wep"; did you mean "web"?
    shop/homeostat.yaml:14:37: found number 0.99, expected text; put it in quotes
    shop/homeostat.yaml:14:51: found "5m", expected whole seconds between 1h and 90d
    shop/homeostat.yaml:14:55: unknown key "limit"; expected one of: description, service, value, atMost, atLeast, target, window
    shop/homeostat.yaml:15:15: the query looks back 6d1s, expected at most 6d; CloudWatch looks no further"
  `);
});
