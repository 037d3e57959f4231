import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignStacks } from '../../infra/alarm-stacks.ts';
import { MOST_ALARMS_A_STACK } from '../../shared/contract/alarm-stacks.ts';
import { alarmName as nameOf } from '../../shared/contract/alarm-name.ts';
import type { CompiledRule } from '../../shared/domain/catalog/compiled.ts';
import { aRule } from '../builders/catalog.ts';

const groupOf = (group: string, size: number, system = 'shop'): CompiledRule[] =>
  Array.from({ length: size }, (_, at) =>
    aRule({ system, group, alarmName: `${system}-${group}-${String(at)}` }),
  );

/** At most 600 rules, so that even two such sets stay far from filling one of eight stacks. */
const groups = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.integer({ min: 1, max: 20 }), {
  maxKeys: 30,
});
const rulesOf = (sizes: Readonly<Record<string, number>>): CompiledRule[] =>
  Object.entries(sizes).flatMap(([group, size]) => groupOf(group, size));
const counts = fc.integer({ min: 8, max: 16 });

/** Which stack each rule is in. */
function places(stacks: readonly (readonly CompiledRule[])[]): Map<string, number> {
  return new Map(
    stacks.flatMap((stack, number) => stack.map(({ alarmName }): [string, number] => [alarmName, number])),
  );
}

test('every rule is in exactly one stack, a group is never split, and no stack is too full', () => {
  fc.assert(
    fc.property(groups, counts, (sizes, count) => {
      const stacks = assignStacks(rulesOf(sizes), count);
      expect(stacks).toHaveLength(count);
      expect(stacks.flat()).toHaveLength(rulesOf(sizes).length);
      for (const group of Object.keys(sizes)) {
        const inside = stacks.filter((stack) => stack.some((rule) => rule.group === group));
        expect(inside).toHaveLength(1);
      }
      expect(Math.max(...stacks.map((stack) => stack.length))).toBeLessThanOrEqual(MOST_ALARMS_A_STACK);
    }),
  );
});

test('no rule moves when other groups come, go, grow or shrink', () => {
  fc.assert(
    fc.property(groups, groups, counts, (before, change, count) => {
      const old = places(assignStacks(rulesOf(before), count));
      const after = places(assignStacks(rulesOf({ ...change, ...before }), count));
      for (const [alarm, stack] of old) expect(after.get(alarm)).toBe(stack);
    }),
  );
});

test('nor when its group is moved to another file', () => {
  const group = groupOf('basic', 10);
  const moved = group.map((rule) => ({ ...rule, file: 'shop/other.yaml' }));
  expect(places(assignStacks(moved, 50))).toEqual(places(assignStacks(group, 50)));
});

test('nor when the order of files and groups is another', () => {
  fc.assert(
    fc.property(groups, counts, (sizes, count) => {
      const rules = rulesOf(sizes);
      expect(places(assignStacks(rules.toReversed(), count))).toEqual(places(assignStacks(rules, count)));
    }),
  );
});

test('when the owner raises the number of stacks, a rule stays or goes to a new stack', () => {
  fc.assert(
    fc.property(groups, counts, fc.integer({ min: 1, max: 5 }), (sizes, count, more) => {
      const old = places(assignStacks(rulesOf(sizes), count));
      for (const [alarm, stack] of places(assignStacks(rulesOf(sizes), count + more))) {
        if (stack < count) expect(stack).toBe(old.get(alarm));
      }
    }),
  );
});

test('groups spread evenly enough that four stacks take more than a thousand rules', () => {
  const rules = Array.from({ length: 100 }, (_, at) => groupOf(`group${String(at)}`, 11)).flat();
  const sizes = assignStacks(rules, 4).map((stack) => stack.length);
  expect(Math.min(...sizes)).toBeGreaterThan(150);
  expect(Math.max(...sizes)).toBeLessThan(400);
});

test('groups of one name in two systems have places of their own', () => {
  const systems = Array.from({ length: 20 }, (_, at) => `system${String(at)}`);
  const stacks = assignStacks(
    systems.flatMap((system) => groupOf('basic', 1, system)),
    4,
  );
  expect(stacks.filter((stack) => stack.length > 0)).toHaveLength(4);
});

test('a group of 400 fits', () => {
  expect(assignStacks(groupOf('huge', 400), 4).flat()).toHaveLength(400);
});

test('a stack that would be too full is refused, with the number of stacks that helps', () => {
  const rules = ['a', 'b', 'c', 'd'].flatMap((group) => groupOf(group, 300));
  const advised =
    /homeostat-alarms-\d+ would hold \d+ alarms, expected at most 400\. .* set "alarmStacks" to (\d+)/;
  let message = '';
  try {
    assignStacks(rules, 2);
  } catch (error) {
    message = String(error);
  }
  expect(message).toMatch(advised);
  const count = Number(advised.exec(message)?.[1]);
  expect(assignStacks(rules, count).flat()).toHaveLength(1200);
  expect(() => assignStacks(rules, count - 1)).toThrow('would hold');
});

test('two systems whose alarms would have one name are refused with both places', () => {
  const name = { alert: 'ServiceDown', hash8: '0a1b2c3d' };
  const rules = [
    ['shop', 'eu-basic'],
    ['shop-eu', 'basic'],
  ].map(([system = '', group = '']) =>
    aRule({ system, group, file: `${system}/rules.yaml`, alarmName: nameOf({ system, group, ...name }) }),
  );
  expect(() => assignStacks(rules, 4)).toThrow(
    'Two alerts come to the alarm name homeostat-shop-eu-basic-ServiceDown-0a1b2c3d: group "eu-basic" in shop/rules.yaml and group "basic" in shop-eu/rules.yaml. Rename one of the groups.',
  );
});
