import { describe, expect, test } from 'vitest';
import { RunningGroup } from '../../../../../shared/domain/rules/evaluate-group.ts';
import { readGroups } from '../../../../../shared/domain/rules/read-groups.ts';
import type { AlertingRule } from '../../../../../shared/domain/rules/rule-group.ts';
import { RuleFile } from '../../../../../shared/domain/catalog/schema/rule-file.ts';
import { readYaml } from '../../../../../shared/domain/catalog/yaml-source.ts';
import { check } from '../../../../../shared/promql/check.ts';
import { evaluateInstant } from '../../../../../shared/promql/evaluate.ts';
import { MemoryStore } from '../../../../../shared/promql/storage/memory-store.ts';

const MIN = 60_000;

/** A group that runs over a store of its own. */
function running(yaml: string) {
  const file = RuleFile.parse(readYaml('rules.yaml', yaml, 'text').source?.value);
  const { groups, findings } = readGroups('rules.yaml', file);
  expect(findings).toEqual([]);
  const [group] = groups;
  if (group === undefined) throw new Error('no group');
  const store = new MemoryStore();
  const run = new RunningGroup(group, { store, externalLabels: { region: 'eu' } });
  const rule = group.rules.find((one): one is AlertingRule => one.kind === 'alert');
  const query = (text: string, atMs: number) => {
    const checked = check(text);
    if (!checked.ok) throw new Error(text);
    const result = evaluateInstant(checked.expr, store, atMs);
    return result.kind === 'vector' ? result.samples.map(({ labels, value }) => ({ ...labels, value })) : [];
  };
  return { run, store, query, alerts: () => (rule === undefined ? [] : run.alertsOf(rule)) };
}

const DOWN = `
groups:
  - name: g
    labels: {team: shop, severity: page}
    rules:
      - alert: Down
        expr: up == 0
        for: 2m
        keep_firing_for: 3m
        labels: {severity: critical, where: '{{ $labels.instance }}@{{ $externalLabels.region }}'}
        annotations: {summary: '{{ $labels.instance }} is {{ $value }}'}
`;

describe('an alert', () => {
  test('is pending for its time, fires, is kept firing, and ends', () => {
    const { run, store, query, alerts } = running(DOWN);
    const values = [0, 0, 0, 1, 1, 1, 1, 1];
    const states = values.map((value, minute) => {
      store.put({ __name__: 'up', instance: 'a' }, minute * MIN, value);
      expect(run.evaluate(minute * MIN)).toEqual([]);
      return alerts()[0]?.state;
    });
    expect(states).toEqual([
      'pending',
      'pending',
      'firing',
      'firing',
      'firing',
      'firing',
      undefined,
      undefined,
    ]);
    expect(query('ALERTS', 2 * MIN)).toEqual([
      {
        __name__: 'ALERTS',
        alertname: 'Down',
        alertstate: 'firing',
        instance: 'a',
        severity: 'critical',
        team: 'shop',
        where: 'a@eu',
        value: 1,
      },
    ]);
    // The series of the pending state ended, and that of the alert with it.
    expect(query('count(ALERTS{alertstate="pending"})', 2 * MIN)).toEqual([]);
    expect(query('ALERTS', 6 * MIN)).toEqual([]);
    expect(query('ALERTS_FOR_STATE', 5 * MIN)).toMatchObject([{ value: 0 }]);
  });

  test('that is over before its time never fired', () => {
    const { run, store, alerts } = running(DOWN);
    for (const [minute, value] of [0, 1, 0, 0].entries()) {
      store.put({ __name__: 'up', instance: 'a' }, minute * MIN, value);
      run.evaluate(minute * MIN);
    }
    expect(alerts()).toMatchObject([
      { state: 'pending', activeSinceMs: 2 * MIN, annotations: { summary: 'a is 0' } },
    ]);
  });

  test('two results that are the same alert are an error of the rule, and no alert is lost by it', () => {
    const { run, store, alerts } = running(
      "groups: [{name: g, rules: [{alert: A, expr: 'up == 0', labels: {instance: same}}]}]",
    );
    store.put({ __name__: 'up', instance: 'a' }, 0, 0);
    expect(run.evaluate(0)).toEqual([]);
    store.put({ __name__: 'up', instance: 'b' }, MIN, 0);
    expect(run.evaluate(MIN)).toMatchObject([
      { reason: 'vector contains metrics with the same labelset after applying alert labels' },
    ]);
    expect(alerts()).toHaveLength(1);
  });

  test('more alerts than the limit of the group are an error', () => {
    const { run, store } = running("groups: [{name: g, limit: 1, rules: [{alert: A, expr: 'up == 0'}]}]");
    for (const instance of ['a', 'b']) store.put({ __name__: 'up', instance }, 0, 0);
    expect(run.evaluate(0)).toMatchObject([{ reason: 'exceeded limit of 1 with 2 alerts' }]);
  });
});

describe('a recording', () => {
  test('is seen by the rules after it, and its series end when it gives them no more', () => {
    const { run, store, query } = running(`
groups:
  - name: g
    rules:
      - {record: 'job:up:sum', expr: sum by (job) (up), labels: {by: homeostat}}
      - {record: 'twice', expr: 'job:up:sum * 2'}
      - {record: 'one', expr: '1'}
`);
    store.put({ __name__: 'up', job: 'a', instance: '1' }, 0, 3);
    run.evaluate(0);
    expect(query('job:up:sum', 0)).toEqual([{ __name__: 'job:up:sum', job: 'a', by: 'homeostat', value: 3 }]);
    expect(query('twice', 0)).toEqual([{ __name__: 'twice', job: 'a', by: 'homeostat', value: 6 }]);
    expect(query('one', 0)).toEqual([{ __name__: 'one', value: 1 }]);
    run.evaluate(6 * MIN);
    expect(query('job:up:sum', 6 * MIN)).toEqual([]);
    expect(query('one', 6 * MIN)).toHaveLength(1);
  });

  test('an expression that cannot be evaluated is told with its rule and time, and the others go on', () => {
    const { run, store, query } = running(`
groups:
  - name: g
    rules:
      - {record: bad, expr: a + on() b}
      - {record: good, expr: a}
`);
    for (const x of ['1', '2']) store.put({ __name__: 'b', x }, 0, 1);
    store.put({ __name__: 'a', x: '1' }, 0, 1);
    const [failed, ...others] = run.evaluate(0);
    expect(failed).toMatchObject({ rule: { name: 'bad' }, atMs: 0 });
    expect(failed?.reason).toContain('many-to-many matching not allowed');
    expect(others).toEqual([]);
    expect(query('good', 0)).toHaveLength(1);
  });
});
