import { describe, expect, test } from 'vitest';
import { compiled, told } from './catalog-folder.ts';

/** A system with a service on ECS and one without, and the given recoveries. */
const withRecovery = (recoveries: string): Record<string, string> => ({
  'shop/homeostat.yaml': `system: shop
environment: test
owner: shop
services:
  web: {ecs: {cluster: c, service: web}}
  db: {}
rules: [rules.yaml]
recoveries:
${recoveries}`,
});

describe('a recovery names what is there (R1)', () => {
  test.each([
    [
      'one value or several',
      '  a: {match: {alertname: Down, job: [web]}, actions: [{action: restart_service}]}',
      '',
    ],
    [
      'an action of its own service',
      '  a: {match: {alertname: Down}, actions: [{action: restart_service, service: web}]}',
      '',
    ],
    [
      'an alert that no rule raises',
      '  a: {match: {alertname: [Down, Dwon], job: web}, actions: [{action: restart_service}]}',
      'shop/homeostat.yaml:9:33: no alert "Dwon"; did you mean "Down"?',
    ],
    [
      'a service that nothing runs',
      '  a: {match: {service: db}, actions: [{action: restart_service}]}',
      'shop/homeostat.yaml:9:39: restart_service needs to know what runs "db"; add "ecs: {cluster, service}" to services.db',
    ],
    [
      'some service, of which one is not on ECS',
      '  a: {match: {alertname: Down}, actions: [{action: restart_service}]}',
      'shop/homeostat.yaml:9:43: warning: restart_service cannot act on db (no "ecs"): their alerts go to people at once',
    ],
    [
      'the same name twice',
      '  a: {match: {job: web}, actions: [{action: restart_service}]}\n  a: {match: {job: web}, actions: [{action: restart_service}]}',
      'shop/homeostat.yaml:10:3: "a" is given twice; the first stands on line 9',
    ],
  ])('%s', (_, recoveries, line) => {
    expect(told(withRecovery(recoveries))).toBe(line);
  });

  test('their order is that of the file', () => {
    const action = 'actions: [{action: restart_service}]';
    const text = `  z: {match: {job: web}, ${action}}\n  a: {match: {job: [web]}, ${action}, mode: all}\n`;
    const { recoveries } = compiled(withRecovery(text)).systems['shop'] ?? { recoveries: [] };
    expect(recoveries.map(({ name, mode }) => [name, mode])).toEqual([
      ['z', 'first'],
      ['a', 'all'],
    ]);
  });
});
