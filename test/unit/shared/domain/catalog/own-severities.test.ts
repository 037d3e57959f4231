import { expect, test } from 'vitest';
import { aCatalogFolder, compiled, rulesFile, SYSTEM, told } from './catalog-folder.ts';

const ORGANIZATION = aCatalogFolder().get('organization.yaml') ?? '';

const withSeverities = (severities: string, rules: string, system = SYSTEM) => ({
  'organization.yaml': `${ORGANIZATION}severities: ${severities}\n`,
  'shop/homeostat.yaml': system,
  'shop/rules.yaml': rules,
});

const FROM_OUTSIDE = rulesFile(
  'alert: Page\nexpr: up == 0\nlabels: {severity: page}',
  'alert: Ticket\nexpr: up == 0\nlabels: {severity: ticket}',
  'alert: None\nexpr: up == 0',
  'alert: Emptied\nexpr: up == 0\nlabels: {severity: ""}',
  'alert: Ours\nexpr: up == 0\nlabels: {severity: P1}',
);

test('rules say what the organization says it means, or nothing', () => {
  const { rules } =
    compiled(withSeverities('{page: P0, ticket: warning, "": info}', FROM_OUTSIDE)).systems['shop'] ?? {};
  expect(rules?.map(({ alert, severity, labels }) => [alert, severity, labels['severity']])).toEqual([
    ['Page', 'critical', 'critical'],
    ['Ticket', 'warning', 'warning'],
    ['None', 'info', 'info'],
    ['Emptied', 'info', 'info'],
    ['Ours', 'high', 'high'],
  ]);
});

test('a recovery may name it as rules do', () => {
  const system = `${SYSTEM}recoveries:
  restart:
    match: {severity: [page, P1, other]}
    actions: [{action: restart_service}]
`;
  const { recoveries } = compiled(
    withSeverities('{page: critical, ticket: info, "": info}', FROM_OUTSIDE, system),
  ).systems['shop'] ?? { recoveries: [] };
  expect(recoveries.map(({ match }) => match)).toEqual([{ severity: ['critical', 'high', 'other'] }]);
});

test('what is not said is told, with how to say it', () => {
  expect(told(withSeverities('{page: critical}', FROM_OUTSIDE))).toMatchInlineSnapshot(`
    "shop/rules.yaml:10:28: found severity "ticket", expected one of: critical, high, warning, info, P0, P1, P2, P3, page; or say what it means: "severities: {ticket: critical}" in organization.yaml, --severity ticket=critical where rules are imported
    shop/rules.yaml:11:16: "None" has no severity; add "labels: {severity: critical}" (or high, warning, info); or say what such rules are: "severities: {'': warning}" in organization.yaml, --severity =warning where rules are imported
    shop/rules.yaml:13:16: "Emptied" has no severity; add "labels: {severity: critical}" (or high, warning, info); or say what such rules are: "severities: {'': warning}" in organization.yaml, --severity =warning where rules are imported"
  `);
  expect(
    told(withSeverities('{page: critical}', rulesFile('alert: A\nexpr: up\nlabels: {severity: pge}'))),
  ).toMatchInlineSnapshot(
    `"shop/rules.yaml:7:28: found severity "pge", expected one of: critical, high, warning, info, P0, P1, P2, P3, page; did you mean "page"?"`,
  );
});

test('a severity of ours keeps its meaning, and a broken one is told once', () => {
  expect(told(withSeverities('{P1: critical, page: urgent, ticket: info, "": info}', FROM_OUTSIDE)))
    .toMatchInlineSnapshot(`
    "organization.yaml:8:14: found the name "P1", expected another name than those of the severities themselves
    organization.yaml:8:34: found "urgent", expected one of: critical, high, warning, info, P0, P1, P2, P3"
  `);
  expect(told(withSeverities('[page]', FROM_OUTSIDE))).toMatchInlineSnapshot(
    `"organization.yaml:8:13: found a list, expected a map (key: value)"`,
  );
});
