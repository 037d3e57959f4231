import type { Kernel } from '../kernel/kernel.ts';
import { AwsError } from '../kernel/service.ts';
import type { StateStore } from '../kernel/state-store.ts';
import type { Alarm, StateAt } from './alarm.ts';
import type { AlarmBook } from './alarm-book.ts';
import { historyOf, type AlarmHistory } from './alarm-history.ts';
import type { ClassicMetrics } from './classic-metrics.ts';
import { CLASSIC_INTERVAL_MS, evaluateClassic } from './evaluate-classic.ts';
import { evaluatePromql, type AlarmAt, type InstantQuery } from './evaluate-promql.ts';
import { noticesOf } from './notices.ts';
import type { Outbox } from './outbox.ts';
import type { RunningSpan } from './running-span.ts';
import type { Outcome } from './transition.ts';

interface Parts {
  readonly kernel: Kernel;
  readonly state: StateStore;
  readonly book: AlarmBook;
  readonly history: AlarmHistory;
  readonly outbox: Outbox;
  readonly metrics: ClassicMetrics;
  readonly span: RunningSpan;
  readonly query: InstantQuery;
}

/** Runs the alarms: when each is evaluated, and what is kept and sent when its state changes. */
export class AlarmEngine {
  readonly #parts: Parts;
  readonly #dueMs = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Evaluates every alarm that is due, keeps what came of it, and sends the notices. */
  tick(): void {
    const { kernel, state, book, outbox, span } = this.#parts;
    const nowMs = kernel.clock.nowMs();
    state.atomically(() => {
      span.beat(nowMs);
      for (const entry of book.all()) {
        const due = this.#dueMs.get(entry.alarm.name) ?? firstDueMs(entry);
        if (due > nowMs) continue;
        this.#dueMs.set(entry.alarm.name, nextDueMs(entry, due, nowMs));
        this.#keep(entry, evaluate(this.#parts, entry, nowMs));
      }
    });
    outbox.send();
  }

  define(alarm: Alarm): void {
    const { kernel, state, book, history } = this.#parts;
    const nowMs = kernel.clock.nowMs();
    state.atomically(() => {
      const what = book.define(alarm, nowMs);
      if (what === 'unchanged') return;
      this.#dueMs.delete(alarm.name);
      history.add(configurationItem(alarm.name, nowMs, what));
    });
  }

  /** Returns whether there was such an alarm. */
  remove(name: string): boolean {
    const { kernel, state, book, history } = this.#parts;
    return state.atomically(() => {
      if (!book.remove(name)) return false;
      this.#dueMs.delete(name);
      history.add(configurationItem(name, kernel.clock.nowMs(), 'deleted'));
      return true;
    });
  }

  /**
   * Sets a state by hand; it lasts until the next evaluation.
   *
   * @throws AwsError ResourceNotFound
   */
  setState(name: string, given: Omit<StateAt, 'atMs'>): void {
    const { kernel, state, book, outbox } = this.#parts;
    const entry = book.get(name);
    if (entry === undefined) throw new AwsError('ResourceNotFound', `There is no alarm "${name}".`, 404);
    const atMs = kernel.clock.nowMs();
    const to: StateAt = { ...given, atMs };
    const from = entry.memory.state;
    const transitions = from.value === to.value ? [] : [{ alarm: entry.alarm, from, to, isActedOn: true }];
    const memory = { ...entry.memory, state: to, updatedMs: atMs };
    state.atomically(() => {
      this.#keep(entry, { memory, transitions, lastMs: entry.lastMs });
    });
    outbox.send();
  }

  #keep(entry: AlarmAt, outcome: Outcome): void {
    const { kernel, book, history, outbox } = this.#parts;
    book.remember(entry.alarm.name, outcome.memory, outcome.lastMs);
    for (const transition of outcome.transitions) {
      history.add(historyOf(transition));
      outbox.add(noticesOf(transition, kernel, entry.memory.configuredMs));
    }
  }
}

function evaluate({ metrics, span, query }: Parts, entry: AlarmAt, nowMs: number): Outcome {
  const { rule } = entry.alarm;
  return rule.kind === 'promql'
    ? evaluatePromql(entry, rule, query, nowMs)
    : evaluateClassic(entry, rule, metrics, { nowMs, runningSinceMs: span.sinceMs() });
}

function intervalMs({ alarm: { rule } }: AlarmAt): number {
  return rule.kind === 'promql' ? rule.intervalS * 1000 : CLASSIC_INTERVAL_MS;
}

/** After a restart the old rhythm goes on; what was missed is done once, at once. */
function firstDueMs(entry: AlarmAt): number {
  return entry.lastMs === undefined ? 0 : entry.lastMs + intervalMs(entry);
}

/**
 * On the rhythm that was begun; from now on if that is more than an interval behind. Classic alarms go
 * by the clock, because their window ends on a full interval.
 */
function nextDueMs(entry: AlarmAt, due: number, nowMs: number): number {
  if (entry.alarm.rule.kind === 'classic') {
    return (Math.floor(nowMs / CLASSIC_INTERVAL_MS) + 1) * CLASSIC_INTERVAL_MS;
  }
  const next = due + intervalMs(entry);
  return next > nowMs ? next : nowMs + intervalMs(entry);
}

function configurationItem(
  alarmName: string,
  atMs: number,
  what: 'created' | 'updated' | 'deleted',
): Parameters<AlarmHistory['add']>[0] {
  return {
    alarmName,
    atMs,
    type: 'ConfigurationUpdate',
    summary: `Alarm "${alarmName}" ${what}`,
    data: JSON.stringify({ version: '1.0', type: what }),
  };
}
