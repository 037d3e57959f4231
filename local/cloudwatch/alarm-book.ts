import type { StateStore } from '../kernel/state-store.ts';
import { initialMemory, type Alarm, type AlarmMemory } from './alarm.ts';
import type { AlarmAt } from './evaluate-promql.ts';

export interface AlarmBook {
  readonly get: (name: string) => AlarmAt | undefined;
  /** In order of name. */
  readonly all: () => readonly AlarmAt[];
  /**
   * Creates or updates an alarm. It keeps its state only if nothing but its description and actions
   * changed.
   *
   * @returns whether something was created, updated, or nothing at all
   */
  readonly define: (alarm: Alarm, nowMs: number) => 'created' | 'updated' | 'unchanged';
  /** Keeps what an evaluation or a person changed. */
  readonly remember: (name: string, memory: AlarmMemory, lastMs: number | undefined) => void;
  readonly remove: (name: string) => boolean;
}

interface Row {
  readonly alarm: Alarm;
  readonly memory: AlarmMemory;
}

/**
 * The alarms with their states, in memory and in table `alarm`. The time of the last evaluation changes
 * at every one and is kept apart in table `evaluated`, so that a row is only rewritten when it says something new.
 */
export function openAlarmBook(state: StateStore): AlarmBook {
  const rows = state.table<Row>('alarm');
  const evaluated = state.table<number>('evaluated');
  const lastMs = new Map(evaluated.entries());
  const alarms = new Map<string, AlarmAt>(
    rows.entries().map(([name, row]) => [name, { ...row, lastMs: lastMs.get(name) }]),
  );
  const put = (entry: AlarmAt): void => {
    const known = alarms.get(entry.alarm.name);
    alarms.set(entry.alarm.name, entry);
    if (known?.alarm !== entry.alarm || JSON.stringify(known.memory) !== JSON.stringify(entry.memory)) {
      rows.put(entry.alarm.name, { alarm: entry.alarm, memory: entry.memory });
    }
    if (entry.lastMs !== undefined && entry.lastMs !== known?.lastMs) {
      evaluated.put(entry.alarm.name, entry.lastMs);
    }
  };
  const remove = (name: string): boolean => {
    rows.delete(name);
    evaluated.delete(name);
    return alarms.delete(name);
  };
  return {
    get: (name) => alarms.get(name),
    all: () => [...alarms.values()].sort((a, b) => (a.alarm.name < b.alarm.name ? -1 : 1)),
    define: (alarm, nowMs) => {
      const known = alarms.get(alarm.name);
      if (known !== undefined && JSON.stringify(known.alarm) === JSON.stringify(alarm)) return 'unchanged';
      const isSameRule =
        known !== undefined && JSON.stringify(known.alarm.rule) === JSON.stringify(alarm.rule);
      if (isSameRule) put({ ...known, alarm, memory: { ...known.memory, configuredMs: nowMs } });
      else {
        remove(alarm.name);
        put({ alarm, memory: initialMemory(alarm.rule, nowMs), lastMs: undefined });
      }
      return known === undefined ? 'created' : 'updated';
    },
    remember: (name, memory, lastMsOfAlarm) => {
      const known = alarms.get(name);
      if (known !== undefined) put({ ...known, memory, lastMs: lastMsOfAlarm });
    },
    remove,
  };
}
