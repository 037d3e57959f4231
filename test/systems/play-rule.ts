import type { CompiledRule } from '../../shared/domain/catalog/compiled.ts';
import { startOps, type Ops } from '../timeline/start-ops.ts';
import type { PlayedSystem } from './find-systems.ts';
import { kindOf, type RuleKind } from './kind.ts';
import { PlayedWorld } from './played-world.ts';
import { reachMs } from './reach.ts';

/** What came of a rule's fault. Seconds; null is never. */
export interface RuleVerdict {
  readonly system: string;
  readonly rule: string;
  readonly kind: RuleKind;
  readonly severity: string;
  /** From the beginning of the fault until the alert fired. */
  readonly firedAfterS: number | null;
  /** Who was paged. */
  readonly pages: readonly string[];
  /** The recoveries that ran, and how they ended. */
  readonly recoveries: readonly string[];
  /** From the end of the fault until the incident was resolved; from the firing if a recovery was quicker. */
  readonly resolvedAfterS: number | null;
  /** Alerts of other rules for which the incident is still open; then `resolvedAfterS` is when the rule's own was over. */
  readonly heldBy?: readonly string[];
  /** Resolved before the fault was switched off. */
  readonly isHealed: boolean;
  /** Empty if all is as it should be. */
  readonly problems: readonly string[];
}

const AT = '2026-03-02T02:00:00Z';
const MINUTE_MS = 60_000;
const HEALTHY_MIN = 5;
/** What compares with days of history judges from the second day on; more would only take longer. */
const MOST_HISTORY_MS = 26 * 60 * MINUTE_MS;
/** So long the fault goes on once the alert fires: who is to be paged at once is, and a recovery has its time. */
const HELD_MIN = 5;

/** Plays one rule: healthy, its fault, healthy again; everything that decides is the real thing. */
export async function playRule(playedSystem: PlayedSystem, rule: CompiledRule): Promise<RuleVerdict> {
  const { system, organization, model } = playedSystem;
  const changes = model.faults[rule.alert];
  if (changes === undefined) return failed(rule, `plays.yaml has no fault "${rule.alert}"`);
  const historyMs = Math.min(reachMs(rule.query), MOST_HISTORY_MS) + 15 * MINUTE_MS;
  const world = new PlayedWorld(playedSystem, 1);
  const ops = startOps({ at: AT, system, organization, services: world.services, keptMs: historyMs });
  world.recall(ops.series.write, ops.clock.nowMs() - historyMs, ops.clock.nowMs());
  await ops.forward({ minutes: HEALTHY_MIN });
  const early = ops.alarms.inTruth().map(({ alarm }) => alarm);
  const { service } = ops.services;

  const faultMs = ops.clock.nowMs();
  world.suffer(changes, faultMs, service);
  const seen = new Sightings(ops, rule);
  const patienceMin = (reachMs(rule.query) / 1000 + rule.pendingS + rule.recoveryS) / 60 + 15;
  await seen.forwardUntil(() => seen.firedMs !== undefined, patienceMin);
  if (seen.firedMs === undefined) return failed(rule, 'it did not fire on its fault', early);
  await seen.forwardUntil(() => false, HELD_MIN);

  const mendedMs = ops.clock.nowMs();
  world.suffer([], mendedMs, service);
  await seen.forwardUntil(() => seen.isOver, patienceMin + 30);
  const resolvedMs = seen.resolvedMs;
  const isHealed = resolvedMs !== undefined && resolvedMs <= mendedMs;
  return {
    ...common(rule),
    firedAfterS: (seen.firedMs - faultMs) / 1000,
    pages: seen.paged(),
    recoveries: await seen.recoveries(),
    resolvedAfterS:
      resolvedMs === undefined ? null : (resolvedMs - (isHealed ? seen.firedMs : mendedMs)) / 1000,
    isHealed,
    problems: [
      ...early.map((alarm) => `${alarm} fired while all was well`),
      ...(resolvedMs === undefined ? ['its incident was not resolved after the fault was over'] : []),
      ...ops.escalation.failures.map(({ error }) => `escalate failed: ${String(error)}`),
    ],
  };
}

/** What is seen of a rule and its incident as time goes by. */
class Sightings {
  readonly #ops: Ops;
  readonly #rule: CompiledRule;
  /** When the alert first fired. */
  firedMs: number | undefined;
  #incident: string | undefined;
  resolvedMs: number | undefined;

  constructor(ops: Ops, rule: CompiledRule) {
    this.#ops = ops;
    this.#rule = rule;
  }

  /** Resolved, and no longer in alarm. */
  get isOver(): boolean {
    return this.resolvedMs !== undefined && this.#inAlarm() === undefined;
  }

  /** Looks as often as the rule is evaluated: a recovery can be over within a minute. */
  async forwardUntil(isSo: () => boolean, minutes: number): Promise<void> {
    const seconds = Math.min(60, this.#rule.everyS);
    for (let passedS = 0; passedS < minutes * 60 && !isSo(); passedS += seconds) {
      await this.#ops.forward({ seconds });
      await this.#look();
    }
  }

  paged(): string[] {
    const told = this.#ops.pager.pages.filter(({ incident }) => incident === this.#incident);
    return [...new Set(told.map(({ who }) => who))];
  }

  async recoveries(): Promise<string[]> {
    const { attempts } = await this.#ops.state();
    return Object.values(attempts)
      .filter(({ incident }) => incident === this.#incident)
      .map(({ recovery, ended }) => `${recovery}: ${ended?.outcome ?? 'runs'}`);
  }

  async #look(): Promise<void> {
    this.firedMs ??= this.#inAlarm();
    const { incidents, resolved } = await this.#ops.state();
    this.#incident ??= Object.values(incidents).find(({ alerts }) =>
      Object.values(alerts).some(({ alarm }) => alarm === this.#rule.alarmName),
    )?.id;
    this.resolvedMs = resolved.find(({ id }) => id === this.#incident)?.resolvedAtMs;
  }

  #inAlarm(): number | undefined {
    return this.#ops.alarms.inTruth().find(({ alarm }) => alarm === this.#rule.alarmName)?.sinceMs;
  }
}

/** What a verdict says of the rule itself. */
export function common({ system, alert, query, severity }: CompiledRule) {
  return { system, rule: alert, kind: kindOf(query), severity };
}

function failed(rule: CompiledRule, problem: string, early: readonly string[] = []): RuleVerdict {
  return {
    ...common(rule),
    firedAfterS: null,
    pages: [],
    recoveries: [],
    resolvedAfterS: null,
    isHealed: false,
    problems: [...early.map((alarm) => `${alarm} fired while all was well`), problem],
  };
}
