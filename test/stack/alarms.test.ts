import { expect, test } from 'vitest';
import { children, matchersOf, type Expr } from '../../shared/promql/ast.ts';
import { parse } from '../../shared/promql/parse.ts';
import { aCatalogOfGroups, theFleet } from './fleet-catalog.ts';
import { synthesized, type Resource } from './synthesized.ts';

/** A1: every rule of the catalog becomes an alarm. */

const fleet = theFleet();
const app = synthesized(fleet);
const rules = Object.values(fleet.systems).flatMap((system) => system.rules);
const alarms = app
  .of('AWS::CloudWatch::Alarm')
  .filter(({ properties }) => 'EvaluationCriteria' in properties);

const nameOf = ({ properties }: Resource): string => String(properties['AlarmName']);
const criteriaOf = ({ properties }: Resource) =>
  (properties['EvaluationCriteria'] as { PromQLCriteria: Record<string, unknown> }).PromQLCriteria;
const alarmNamed = (part: string): Resource => {
  const found = alarms.find((alarm) => nameOf(alarm).includes(part));
  if (found === undefined) throw new Error(`No alarm's name holds "${part}".`);
  return found;
};

test('every alert rule is exactly one PromQL alarm, and nothing else is', () => {
  expect(alarms.map(nameOf).toSorted()).toEqual(rules.map(({ alarmName }) => alarmName).toSorted());
  expect(rules).toHaveLength(7);
});

test('an alarm is named after its system, group and alert, and eight digits over expression and labels', () => {
  for (const rule of rules) {
    const group = rule.group.replaceAll(' ', '-');
    expect(rule.alarmName).toMatch(
      new RegExp(`^homeostat-${rule.system}-${group}-${rule.alert}-[0-9a-f]{8}$`),
    );
  }
  expect(new Set(alarms.map(nameOf)).size).toBe(alarms.length);
});

test('every selector of every query reads only its own system', () => {
  for (const rule of rules) {
    const { Query: query } = criteriaOf(alarmNamed(rule.alarmName));
    const selectors = selectorsOf(String(query));
    expect(selectors, rule.alarmName).not.toEqual([]);
    for (const matchers of selectors) {
      expect(matchers).toContainEqual({ name: '@resource.homeostat.system', op: '=', value: rule.system });
    }
  }
});

test('`for`, `keep_firing_for` and the interval of the group become pending, recovery and evaluation', () => {
  const times = (part: string): unknown[] => {
    const { PendingPeriod, RecoveryPeriod } = criteriaOf(alarmNamed(part));
    return [PendingPeriod, RecoveryPeriod, alarmNamed(part).properties['EvaluationInterval']];
  };
  expect(times('homeostat-shop-shop-ServiceDown')).toEqual([120, 300, 30]);
  expect(times('homeostat-shop-shop-slow-Slow')).toEqual([600, 0, 60]);
  expect(times('homeostat-bank-basic-ServiceDown')).toEqual([60, 0, 300]);
});

test('critical alarms also call intake; the others do nothing by themselves', () => {
  const acting = alarms.filter(({ properties }) => 'AlarmActions' in properties);
  const critical = rules.filter(({ severity }) => severity === 'critical').map(({ alarmName }) => alarmName);
  expect(acting.map(nameOf).toSorted()).toEqual(critical.toSorted());
  expect(new Set(acting.map(({ properties }) => JSON.stringify(properties['AlarmActions'])))).toEqual(
    new Set(['["arn:aws:lambda:eu-west-1:111122223333:function:homeostat-intake"]']),
  );
  for (const { properties } of alarms) {
    expect(properties).not.toHaveProperty('OKActions');
    expect(properties).not.toHaveProperty('InsufficientDataActions');
  }
});

test('who meets an alarm in the console reads its severity, its file and its summary', () => {
  expect(alarmNamed('homeostat-shop-shop-ServiceDown').properties['AlarmDescription']).toBe(
    'critical ServiceDown of shop, from shop/rules.yaml. {{ $labels.job }} does not answer',
  );
});

test('an alarm stack comes after intake and after the alarm stacks before it', () => {
  const order = app.stacks.map(({ name }) => name).filter((name) => /alerting|alarms/.test(name));
  expect(order).toEqual(['homeostat-alerting', ...[0, 1, 2, 3].map((n) => `homeostat-alarms-${String(n)}`)]);
});

test('every stack stays under the 500 resources of CloudFormation, with the fullest alarm stack too', () => {
  const full = synthesized(aCatalogOfGroups([400]), 1);
  const counts = [...app.stacks, ...full.stacks].map(
    ({ template }) => Object.keys(template.Resources).length,
  );
  expect(Math.max(...counts)).toBe(400);
});

test('450 rules in many groups are deployed, all of them', () => {
  const many = synthesized(aCatalogOfGroups(Array.from({ length: 45 }, () => 10)));
  const promql = many.of('AWS::CloudWatch::Alarm').filter(({ stack }) => stack.includes('alarms'));
  expect(promql).toHaveLength(450);
});

function selectorsOf(query: string): (readonly unknown[])[] {
  const parsed = parse(query);
  if (!parsed.ok) throw new Error(`${query}: ${parsed.errors.map(({ message }) => message).join(', ')}`);
  const walk = (expr: Expr): (readonly unknown[])[] =>
    expr.kind === 'vector' ? [matchersOf(expr)] : children(expr).flatMap(walk);
  return walk(parsed.expr);
}
