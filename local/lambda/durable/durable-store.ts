import type { SQLInputValue } from 'node:sqlite';
import type { StateStore } from '../../kernel/state-store.ts';
import type { Execution } from './execution.ts';
import type { HistoryEvent } from './history.ts';
import type { Operation } from './operation.ts';

export type StoredEvent = HistoryEvent & { readonly EventId: number; readonly EventTimestamp: number };

/** Executions with their operations and history, in the state of the service. */
export interface DurableStore {
  readonly get: (arn: string) => Execution | undefined;
  readonly byName: (name: string) => Execution | undefined;
  readonly put: (execution: Execution) => void;
  readonly running: () => Execution[];
  /** Newest first. */
  readonly ofFunction: (functionName: string) => Execution[];
  readonly operation: (arn: string, id: string) => Operation | undefined;
  /** In the order in which they were started. */
  readonly operations: (arn: string) => Operation[];
  readonly putOperation: (arn: string, operation: Operation) => void;
  readonly countOperations: (arn: string) => number;
  readonly due: (arn: string, nowMs: number) => Operation[];
  readonly nextDueMs: (arn: string) => number | undefined;
  readonly byCallback: (callbackId: string) => { arn: string; operation: Operation } | undefined;
  readonly addEvent: (arn: string, atMs: number, event: HistoryEvent) => void;
  readonly events: (arn: string) => StoredEvent[];
  /** Forgets closed executions whose retention has ended. */
  readonly purge: (nowMs: number) => void;
  readonly atomically: StateStore['atomically'];
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS durable_execution (arn TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE,
    function TEXT NOT NULL, is_running INTEGER NOT NULL, started_ms INTEGER NOT NULL, purge_ms INTEGER, value TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS durable_execution_function ON durable_execution (function, started_ms);
  CREATE TABLE IF NOT EXISTS durable_operation (arn TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL,
    due_ms INTEGER, callback_id TEXT UNIQUE, value TEXT NOT NULL, PRIMARY KEY (arn, id));
  CREATE TABLE IF NOT EXISTS durable_event (arn TEXT NOT NULL, id INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (arn, id)) WITHOUT ROWID;`;

const DAY_MS = 86_400_000;

/** Opens the store in the state of the service; makes its tables when they are not there. */
export function openDurableStore(state: StateStore): DurableStore {
  const { database } = state;
  database.exec(SCHEMA);
  const rows = <T>(sql: string) => {
    const statement = database.prepare(sql);
    return (...values: SQLInputValue[]): T[] =>
      statement.all(...values).map((row) => JSON.parse(String(row['value'])) as T);
  };
  const run = (sql: string) => {
    const statement = database.prepare(sql);
    return (...values: SQLInputValue[]): void => void statement.run(...values);
  };
  const number = (sql: string) => {
    const statement = database.prepare(sql);
    return (...values: SQLInputValue[]): number | undefined => {
      const found = statement.get(...values)?.['n'];
      return typeof found === 'number' ? found : undefined;
    };
  };
  const byArn = rows<Execution>('SELECT value FROM durable_execution WHERE arn = ?');
  const byName = rows<Execution>('SELECT value FROM durable_execution WHERE name = ?');
  const byFunction = rows<Execution>(
    'SELECT value FROM durable_execution WHERE function = ? ORDER BY started_ms DESC',
  );
  const running = rows<Execution>(
    'SELECT value FROM durable_execution WHERE is_running = 1 ORDER BY started_ms',
  );
  const putExecution = run('INSERT OR REPLACE INTO durable_execution VALUES (?, ?, ?, ?, ?, ?, ?)');
  const operation = rows<Operation>('SELECT value FROM durable_operation WHERE arn = ? AND id = ?');
  const operations = rows<Operation>('SELECT value FROM durable_operation WHERE arn = ? ORDER BY seq');
  const due = rows<Operation>(
    'SELECT value FROM durable_operation WHERE arn = ? AND due_ms <= ? ORDER BY due_ms, seq',
  );
  const nextDue = number('SELECT MIN(due_ms) AS n FROM durable_operation WHERE arn = ?');
  const count = number('SELECT COUNT(*) AS n FROM durable_operation WHERE arn = ?');
  const putOperation = run(
    `INSERT INTO durable_operation (arn, id, seq, due_ms, callback_id, value)
     VALUES (?1, ?2, (SELECT COUNT(*) FROM durable_operation WHERE arn = ?1), ?3, ?4, ?5)
     ON CONFLICT (arn, id) DO UPDATE SET due_ms = excluded.due_ms, value = excluded.value`,
  );
  const callback = database.prepare('SELECT arn, value FROM durable_operation WHERE callback_id = ?');
  const addEvent = run('INSERT INTO durable_event VALUES (?, ?, ?)');
  const countEvents = number('SELECT COUNT(*) AS n FROM durable_event WHERE arn = ?');
  const events = rows<StoredEvent>('SELECT value FROM durable_event WHERE arn = ? ORDER BY id');
  const expired = database.prepare('SELECT arn FROM durable_execution WHERE purge_ms <= ?');
  const forgets = ['durable_execution', 'durable_operation', 'durable_event'].map((table) =>
    run(`DELETE FROM ${table} WHERE arn = ?`),
  );
  return {
    get: (arn) => byArn(arn)[0],
    byName: (name) => byName(name)[0],
    running: () => running(),
    ofFunction: (name) => byFunction(name),
    put: (execution) => {
      const { arn, name, functionName, startedAtMs, endedAtMs } = execution;
      const purgeMs = endedAtMs === undefined ? null : endedAtMs + execution.retentionDays * DAY_MS;
      const isRunning = execution.status === 'RUNNING' ? 1 : 0;
      putExecution(arn, name, functionName, isRunning, startedAtMs, purgeMs, JSON.stringify(execution));
    },
    operation: (arn, id) => operation(arn, id)[0],
    operations: (arn) => operations(arn),
    putOperation: (arn, one) => {
      putOperation(arn, one.id, one.dueAtMs ?? null, one.callback?.callbackId ?? null, JSON.stringify(one));
    },
    countOperations: (arn) => count(arn) ?? 0,
    due: (arn, nowMs) => due(arn, nowMs),
    nextDueMs: (arn) => nextDue(arn),
    byCallback: (callbackId) => {
      const row = callback.get(callbackId);
      if (row === undefined) return undefined;
      return { arn: String(row['arn']), operation: JSON.parse(String(row['value'])) as Operation };
    },
    addEvent: (arn, atMs, event) => {
      const EventId = (countEvents(arn) ?? 0) + 1;
      addEvent(arn, EventId, JSON.stringify({ ...event, EventId, EventTimestamp: atMs / 1000 }));
    },
    events: (arn) => events(arn),
    purge: (nowMs) => {
      state.atomically(() => {
        for (const row of expired.all(nowMs)) for (const forget of forgets) forget(String(row['arn']));
      });
    },
    atomically: state.atomically,
  };
}
