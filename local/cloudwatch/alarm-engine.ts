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

export interface AlarmEngine {
  /** Evaluates every alarm that is due, keeps what came of it, and sends the notices. */
  readonly tick: () => void;
  readonly define: (alarm: Alarm) => void;
  readonly remove: (name: string) => boolean;
  /** Sets a state by hand; it lasts until the next evaluation. Throws ResourceNotFound. */
  readonly setState: (name: string, state: Omit<StateAt, 'atMs'>) => void;
}

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
export function createAlarmEngine(parts: Parts): AlarmEngine {
  const { kernel, state, book, history, outbox, span } = parts;
  const dueMs = new Map<string, number>();
  const keep = (entry: AlarmAt, outcome: Outcome): void => {
    book.remember(entry.alarm.name, outcome.memory, outcome.lastMs);
    for (const transition of outcome.transitions) {
      history.add(historyOf(transition));
      outbox.add(noticesOf(transition, kernel, entry.memory.configuredMs));
    }
  };
  return {
    tick: () => {
      const nowMs = kernel.clock.nowMs();
      state.atomically(() => {
        span.beat(nowMs);
        for (const entry of book.all()) {
          const due = dueMs.get(entry.alarm.name) ?? firstDueMs(entry);
          if (due > nowMs) continue;
          dueMs.set(entry.alarm.name, nextDueMs(entry, due, nowMs));
          keep(entry, evaluate(parts, entry, nowMs));
        }
      });
      outbox.send();
    },
    define: (alarm) => {
      const nowMs = kernel.clock.nowMs();
      state.atomically(() => {
        const what = book.define(alarm, nowMs);
        if (what === 'unchanged') return;
        dueMs.delete(alarm.name);
        history.add(configurationItem(alarm.name, nowMs, what));
      });
    },
    remove: (name) =>
      state.atomically(() => {
        if (!book.remove(name)) return false;
        dueMs.delete(name);
        history.add(configurationItem(name, kernel.clock.nowMs(), 'deleted'));
        return true;
      }),
    setState: (name, given) => {
      const entry = book.get(name);
      if (entry === undefined) throw new AwsError('ResourceNotFound', `There is no alarm "${name}".`, 404);
      const atMs = kernel.clock.nowMs();
      const to: StateAt = { ...given, atMs };
      const from = entry.memory.state;
      const transitions = from.value === to.value ? [] : [{ alarm: entry.alarm, from, to, isActedOn: true }];
      const memory = { ...entry.memory, state: to, updatedMs: atMs };
      state.atomically(() => {
        keep(entry, { memory, transitions, lastMs: entry.lastMs });
      });
      outbox.send();
    },
  };
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
