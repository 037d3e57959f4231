import { createHash } from 'node:crypto';
import type { CompiledRule } from '../shared/domain/catalog/compiled.ts';

/** CloudFormation takes 500 resources a stack, and 490 alarms with what belongs to them were 507. */
export const MOST_ALARMS = 400;

/**
 * Spreads rules over stacks so that a rule does not move when others come and go: each group goes to
 * the stack that its name's hash picks among `buckets`, which only ever doubles.
 *
 * @returns the rules of each stack, by stack number; empty stacks are left out
 * @throws if one group alone has more than {@link MOST_ALARMS} rules
 */
export function assignStacks(rules: readonly CompiledRule[]): Map<number, CompiledRule[]> {
  const groups = Map.groupBy(rules, (rule) => `${rule.system}/${rule.file}/${rule.group}`);
  for (const [name, group] of groups) {
    if (group.length > MOST_ALARMS) {
      throw new Error(
        `Rule group ${name} has ${String(group.length)} alerts; a group must fit into one stack of ${String(MOST_ALARMS)}. Split the group.`,
      );
    }
  }
  for (let buckets = 1; ; buckets *= 2) {
    const stacks = new Map<number, CompiledRule[]>();
    for (const [name, group] of groups) {
      const stack = hash(name) % buckets;
      stacks.set(stack, [...(stacks.get(stack) ?? []), ...group]);
    }
    if ([...stacks.values()].every((stack) => stack.length <= MOST_ALARMS)) return stacks;
  }
}

function hash(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}
