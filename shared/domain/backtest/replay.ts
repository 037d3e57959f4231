import type { CompiledOrganization, CompiledRule, CompiledSystem, Severity } from '../catalog/compiled.ts';
import { foldCommit } from '../incident/commit.ts';
import { decide } from '../incident/decide.ts';
import type { IncidentEvent, Page } from '../incident/events.ts';
import type { AlarmSignal, Input } from '../incident/inputs.ts';
import { nextDueMs } from '../incident/on-tick.ts';
import { EMPTY_STATE, type Subject, type SystemState } from '../incident/state.ts';
import type { Transition } from './alert-history.ts';

/** A page that a person would have had. */
export interface ReplayedPage {
  readonly atMs: number;
  readonly to: string;
  readonly kind: string;
  readonly incident: string;
  readonly subject: string;
}

/** An incident that there would have been. */
export interface ReplayedIncident {
  readonly id: string;
  readonly subject: Subject;
  readonly severity: Severity;
  readonly openedAtMs: number;
  /** Undefined if it was open at the end. */
  readonly resolvedAtMs?: number;
}

export interface Replay {
  readonly incidents: readonly ReplayedIncident[];
  readonly pages: readonly ReplayedPage[];
}

export interface ReplayOptions {
  /** Somebody acknowledges each incident so long after its first page. */
  readonly acknowledgeAfterMs: number;
  /** Whether what a rule reads was seen at a time: without, its OK is no recovery. */
  readonly isSeen: (rule: CompiledRule, atMs: number) => boolean;
}

/** A transition and the rule whose alarm it is of. */
export interface RuleTransition extends Transition {
  readonly rule: CompiledRule;
}

/**
 * What would have been decided about transitions of alarms, by the same functions that decide at night. Recoveries are
 * left out: what was recorded shows what happened with or without them, and nothing of it can be acted on any more.
 */
export function replay(
  system: CompiledSystem,
  organization: CompiledOrganization,
  transitions: readonly RuleTransition[],
  untilMs: number,
  options: ReplayOptions,
): Replay {
  const log = new ReplayedLog({ ...system, recoveries: [] }, organization, options.acknowledgeAfterMs);
  const signals = transitions.flatMap((transition) => signalsOf(transition, untilMs, options));
  for (const signal of signals.toSorted((a, b) => a.atMs - b.atMs)) {
    log.tickUntil(signal.atMs);
    log.give(signal.atMs, signal);
  }
  log.tickUntil(untilMs);
  return log.result();
}

/** As often is an alarm looked at again whose OK was not believed. */
const LOOK_AGAIN_MS = 60_000;

/** An OK that cannot be believed is said again as soon as what the rule reads is seen. */
function signalsOf(
  { rule, atMs, attributes, value }: RuleTransition,
  untilMs: number,
  { isSeen }: ReplayOptions,
): AlarmSignal[] {
  const signal = { type: 'alarm-signal', alarm: rule.alarmName, attributes, value } as const;
  if (value === 'ALARM') return [{ ...signal, atMs }];
  let seenMs = atMs;
  while (seenMs <= untilMs && !isSeen(rule, seenMs)) seenMs += LOOK_AGAIN_MS;
  const unseen = { isFresh: false, because: 'no samples were recorded' };
  const seen = { isFresh: true, because: 'samples were recorded' };
  return [
    ...(seenMs > atMs ? [{ ...signal, atMs, evidence: unseen }] : []),
    ...(seenMs <= untilMs ? [{ ...signal, atMs: seenMs, evidence: seen }] : []),
  ];
}

class ReplayedLog {
  readonly #system: CompiledSystem;
  readonly #organization: CompiledOrganization;
  readonly #acknowledgeAfterMs: number;
  #state: SystemState = EMPTY_STATE;
  #nowMs = 0;
  readonly #incidents = new Map<string, ReplayedIncident>();
  readonly #pages: ReplayedPage[] = [];
  /** When each incident will be acknowledged, by id; those to come. */
  readonly #acknowledgements = new Map<string, { atMs: number; by: string }>();

  constructor(system: CompiledSystem, organization: CompiledOrganization, acknowledgeAfterMs: number) {
    this.#system = system;
    this.#organization = organization;
    this.#acknowledgeAfterMs = acknowledgeAfterMs;
  }

  /** True if anything was decided. */
  give(nowMs: number, ...inputs: readonly Input[]): boolean {
    this.#nowMs = Math.max(this.#nowMs, nowMs);
    const circumstances = { system: this.#system, organization: this.#organization, nowMs };
    const events = decide(this.#state, inputs, circumstances);
    if (events.length === 0) return false;
    const commit = { seq: this.#state.seq + 1, atMs: nowMs, by: 'backtest', catalogHash: '', events };
    this.#state = foldCommit(this.#state, commit);
    for (const event of events) this.#note(event, nowMs);
    return true;
  }

  /** Lets time pass: what is due by itself, and acknowledgements. */
  tickUntil(untilMs: number): void {
    for (;;) {
      const next = [...this.#acknowledgements].sort(([, a], [, b]) => a.atMs - b.atMs)[0];
      const dueMs = nextDueMs(this.#state, this.#nowMs);
      const nextMs = Math.min(next?.[1].atMs ?? Infinity, dueMs ?? Infinity);
      if (nextMs > untilMs || nextMs === Infinity) return;
      const nowMs = Math.max(this.#nowMs, nextMs);
      if (next !== undefined && next[1].atMs <= nowMs) {
        this.#acknowledgements.delete(next[0]);
        this.give(nowMs, { type: 'acknowledge', incident: next[0], by: next[1].by });
      } else if (!this.give(nowMs, { type: 'tick' })) {
        // Nothing came of what was due: the next look is a minute later, as in the cloud.
        if (nowMs + LOOK_AGAIN_MS > untilMs) return;
        this.#nowMs = nowMs + LOOK_AGAIN_MS;
      }
    }
  }

  result(): Replay {
    return { incidents: [...this.#incidents.values()], pages: this.#pages };
  }

  #note(event: IncidentEvent, nowMs: number): void {
    if (event.type === 'incident-opened') {
      const { incident: id, subject, severity } = event;
      this.#incidents.set(id, { id, subject, severity, openedAtMs: nowMs });
    } else if (event.type === 'severity-raised') {
      this.#change(event.incident, { severity: event.severity });
    } else if (event.type === 'incident-resolved') {
      this.#change(event.incident, { resolvedAtMs: nowMs });
      this.#acknowledgements.delete(event.incident);
    } else if (event.type === 'paged') {
      this.#notePage(event.incident, event.page, nowMs);
    }
  }

  #notePage(id: string, { to, kind }: Page, nowMs: number): void {
    const subject = this.#incidents.get(id)?.subject.name ?? '';
    this.#pages.push({ atMs: nowMs, to, kind, incident: id, subject });
    if (!this.#acknowledgements.has(id) && this.#state.incidents[id]?.acknowledgement === undefined)
      this.#acknowledgements.set(id, { atMs: nowMs + this.#acknowledgeAfterMs, by: to });
  }

  #change(id: string, change: Partial<ReplayedIncident>): void {
    const known = this.#incidents.get(id);
    if (known !== undefined) this.#incidents.set(id, { ...known, ...change });
  }
}
