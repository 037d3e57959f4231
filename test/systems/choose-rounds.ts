import { formatDurationS } from '../../shared/domain/catalog/duration.ts';
import type { CompiledRule } from '../../shared/domain/catalog/compiled.ts';
import type { Change } from '../../local/workload/played/model.ts';
import type { PlayedSystem } from './find-systems.ts';
import { kindOf, type RuleKind } from './kind.ts';
import { reachMs } from './reach.ts';
import type { NotPlayed } from './report.ts';

/** What looks further back would take hours in real time. */
const MOST_S = 20 * 60;

/** Rules whose faults are on at the same time, one round after the other. */
export interface Rounds {
  readonly rounds: readonly (readonly CompiledRule[])[];
  readonly notPlayed: readonly NotPlayed[];
}

/**
 * One rule of each kind, the quickest; each round holds those whose faults do not touch each other. What is done to a
 * process resets all that its service counts, so it has a round without changes of metrics.
 */
export function chooseRounds({ system, model }: Pick<PlayedSystem, 'system' | 'model'>): Rounds {
  const rounds: CompiledRule[][] = [];
  const notPlayed: NotPlayed[] = [];
  const faultOf = ({ alert }: CompiledRule): readonly Change[] => model.faults[alert] ?? [];
  for (const [kind, rule] of quickestOfEachKind(system.rules)) {
    const seconds = delayS(rule);
    if (seconds > MOST_S) {
      const because = `it needs ${formatDurationS(seconds)} of samples, and time is real here`;
      notPlayed.push({ rule: rule.alert, kind, because });
      continue;
    }
    const suits = (round: readonly CompiledRule[]): boolean =>
      round.every((other) => !doTouch(faultOf(rule), faultOf(other)));
    const round = rounds.find(suits);
    if (round === undefined) rounds.push([rule]);
    else round.push(rule);
  }
  return { rounds, notPlayed };
}

/** What a rule itself asks for, in seconds. */
export function delayS(rule: CompiledRule): number {
  return rule.pendingS + reachMs(rule.query) / 1000;
}

function quickestOfEachKind(rules: readonly CompiledRule[]): Map<RuleKind, CompiledRule> {
  const byKind = new Map<RuleKind, CompiledRule>();
  for (const rule of rules.toSorted((a, b) => delayS(a) - delayS(b))) {
    const kind = kindOf(rule.query);
    if (!byKind.has(kind)) byKind.set(kind, rule);
  }
  return byKind;
}

function doTouch(some: readonly Change[], others: readonly Change[]): boolean {
  return some.some((one) =>
    others.some((other) => {
      if (one.kind !== other.kind) return true;
      return one.service === other.service && metricOf(one) === metricOf(other);
    }),
  );
}

function metricOf(change: Change): string | undefined {
  return change.kind === 'metric' ? change.metric : undefined;
}
