import { createHash } from 'node:crypto';
import { MOST_ALARMS_A_STACK } from '../shared/contract/alarm-stacks.ts';
import type { CompiledRule } from '../shared/domain/catalog/compiled.ts';
import { CatalogRefused } from './catalog-refused.ts';

/** How far a larger number of stacks is tried for the advice. */
const FURTHEST = 50;

/**
 * Spreads rules over a fixed number of stacks, so that no rule moves when others come and go: an alarm
 * has a fixed name, so two stacks cannot hold it at once, and one that moves is made anew.
 *
 * A group goes whole to the stack that scores highest for its system and name (rendezvous hashing);
 * nothing else has a say, and both are part of the alarm's name. So an alarm moves only when `count`
 * changes. When `count` is raised, it stays or goes to one of the new stacks, never from one old stack to
 * another. Groups of one name in several files of a system count as one.
 *
 * @param count number of stacks, from 1; only ever raise it
 * @returns `count` lists, some perhaps empty: a stack that lost its last rule must still be deployed, or
 *   its alarms would go on
 * @throws CatalogRefused if a stack would hold more than {@link MOST_ALARMS_A_STACK}, with the count that fits, or
 *   if two systems come to the same alarm name
 */
export function assignStacks(rules: readonly CompiledRule[], count: number): CompiledRule[][] {
  refuseTwins(rules);
  const groups = [...Map.groupBy(rules, ({ system, group }) => `${system}/${group}`)];
  const stacks = spread(groups, count);
  const full = stacks.findIndex((stack) => stack.length > MOST_ALARMS_A_STACK);
  if (full === -1) return stacks;
  throw new CatalogRefused(
    `The alarm stack homeostat-alarms-${String(full)} would hold ${String(stacks[full]?.length)} alarms, expected at most ${String(MOST_ALARMS_A_STACK)}. ${advice(groups, count)}`,
  );
}

/** `eu-basic` of `shop` and `basic` of `shop-eu` read alike; within one system the catalog's own check sees it. */
function refuseTwins(rules: readonly CompiledRule[]): void {
  const byName = new Map<string, CompiledRule>();
  for (const rule of rules) {
    const twin = byName.get(rule.alarmName);
    if (twin !== undefined) {
      throw new CatalogRefused(
        `Two alerts come to the alarm name ${rule.alarmName}: group "${twin.group}" in ${twin.file} and group "${rule.group}" in ${rule.file}. Rename one of the groups.`,
      );
    }
    byName.set(rule.alarmName, rule);
  }
}

type Group = readonly [name: string, rules: readonly CompiledRule[]];

function spread(groups: readonly Group[], count: number): CompiledRule[][] {
  const stacks = Array.from({ length: count }, (): CompiledRule[] => []);
  for (const [name, rules] of groups) stacks[stackOf(name, count)]?.push(...rules);
  return stacks;
}

function stackOf(group: string, count: number): number {
  const scores = Array.from({ length: count }, (_, stack) => score(`${String(stack)}/${group}`));
  return scores.indexOf(Math.max(...scores));
}

function score(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6);
}

function advice(groups: readonly Group[], count: number): string {
  for (let more = count + 1; more <= FURTHEST; more += 1) {
    if (spread(groups, more).every((stack) => stack.length <= MOST_ALARMS_A_STACK)) {
      return `Spread the rules over more stacks: set "alarmStacks" to ${String(more)} in the context of cdk.json (docs/deploy.md, "Many rules").`;
    }
  }
  return 'Split the large groups (docs/deploy.md, "Many rules").';
}
