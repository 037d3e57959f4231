import type { DatabaseSync } from 'node:sqlite';
import type { StateAt } from './alarm.ts';
import type { Attributes } from '../../shared/domain/alert/contributors.ts';
import type { Transition } from './transition.ts';

export type HistoryItemType =
  'Action' | 'AlarmContributorAction' | 'AlarmContributorStateUpdate' | 'ConfigurationUpdate' | 'StateUpdate';

export interface HistoryItem {
  readonly alarmName: string;
  readonly atMs: number;
  readonly type: HistoryItemType;
  readonly summary: string;
  /** JSON text. */
  readonly data: string;
  readonly contributor?: { readonly id: string; readonly attributes: Attributes };
}

export interface HistoryFilter {
  readonly alarmName: string | undefined;
  readonly contributorId: string | undefined;
  readonly type: string | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  readonly isOldestFirst: boolean;
  readonly offset: number;
  readonly limit: number;
}

export interface AlarmHistory {
  readonly add: (item: HistoryItem) => void;
  readonly find: (filter: HistoryFilter) => HistoryItem[];
  readonly prune: (beforeMs: number) => void;
}

/** CloudWatch keeps the history of alarms for so long. */
export const HISTORY_KEPT_MS = 30 * 86_400_000;

/** What happened to the alarms, in table `alarm_history`; newest first unless asked otherwise. */
export function openAlarmHistory(database: DatabaseSync): AlarmHistory {
  database.exec(`
    CREATE TABLE IF NOT EXISTS alarm_history (
      id INTEGER PRIMARY KEY, alarm TEXT, at_ms INTEGER, type TEXT, contributor TEXT, item TEXT);
    CREATE INDEX IF NOT EXISTS alarm_history_by_time ON alarm_history (at_ms);
    CREATE INDEX IF NOT EXISTS alarm_history_by_alarm ON alarm_history (alarm, at_ms);`);
  const insert = database.prepare(
    'INSERT INTO alarm_history (alarm, at_ms, type, contributor, item) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = database.prepare('DELETE FROM alarm_history WHERE at_ms < ?');
  return {
    add: (item) => {
      insert.run(item.alarmName, item.atMs, item.type, item.contributor?.id ?? '', JSON.stringify(item));
    },
    find: (filter) => {
      const order = filter.isOldestFirst ? 'ASC' : 'DESC';
      const conditions = ['at_ms BETWEEN ? AND ?'];
      const values: (string | number)[] = [filter.fromMs, filter.toMs];
      for (const [column, value] of [
        ['alarm', filter.alarmName],
        ['contributor', filter.contributorId],
        ['type', filter.type],
      ] as const) {
        if (value === undefined) continue;
        conditions.push(`${column} = ?`);
        values.push(value);
      }
      return database
        .prepare(
          `SELECT item FROM alarm_history WHERE ${conditions.join(' AND ')}
           ORDER BY at_ms ${order}, id ${order} LIMIT ? OFFSET ?`,
        )
        .all(...values, filter.limit, filter.offset)
        .map((row) => JSON.parse(String(row['item'])) as HistoryItem);
    },
    prune: (beforeMs) => {
      remove.run(beforeMs);
    },
  };
}

/** The record of a change of state. */
export function historyOf({ alarm, from, to, contributor }: Transition): HistoryItem {
  const state = (at: StateAt): object => ({
    stateValue: at.value,
    stateReason: at.reason,
    ...(at.reasonData === undefined ? {} : { stateReasonData: JSON.parse(at.reasonData) as unknown }),
  });
  return {
    alarmName: alarm.name,
    atMs: to.atMs,
    type: contributor === undefined ? 'StateUpdate' : 'AlarmContributorStateUpdate',
    summary: `Alarm${contributor === undefined ? '' : ` contributor ${contributor.id}`} updated from ${from.value} to ${to.value}`,
    data: JSON.stringify({ version: '1.0', oldState: state(from), newState: state(to) }),
    ...(contributor === undefined ? {} : { contributor }),
  };
}
