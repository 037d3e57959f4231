import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { StateStore } from '../../kernel/state-store.ts';
import type { Execution } from './execution.ts';
import type { HistoryEvent } from './history.ts';
import type { Operation } from './operation.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS durable_execution (arn TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE,
    function TEXT NOT NULL, is_running INTEGER NOT NULL, started_ms INTEGER NOT NULL, purge_ms INTEGER,
    value TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS durable_execution_function ON durable_execution (function, started_ms);
  CREATE TABLE IF NOT EXISTS durable_operation (arn TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL,
    due_ms INTEGER, callback_id TEXT UNIQUE, value TEXT NOT NULL, PRIMARY KEY (arn, id));
  CREATE TABLE IF NOT EXISTS durable_event (arn TEXT NOT NULL, id INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (arn, id)) WITHOUT ROWID;`;

const TABLES = ['durable_execution', 'durable_operation', 'durable_event'] as const;
const DAY_MS = 86_400_000;

/** Executions with their operations and history, in the state of the service. */
export class DurableStore {
  readonly atomically: StateStore['atomically'];
  readonly #prepare: (sql: string) => StatementSync;

  /** Makes its tables when they are not there. */
  constructor({ database, atomically }: StateStore) {
    this.atomically = atomically;
    database.exec(SCHEMA);
    const prepared = new Map<string, StatementSync>();
    this.#prepare = (sql) => {
      const statement = prepared.get(sql) ?? database.prepare(sql);
      prepared.set(sql, statement);
      return statement;
    };
  }

  get(arn: string): Execution | undefined {
    return this.#values<Execution>('SELECT value FROM durable_execution WHERE arn = ?', arn)[0];
  }

  byName(name: string): Execution | undefined {
    return this.#values<Execution>('SELECT value FROM durable_execution WHERE name = ?', name)[0];
  }

  running(): Execution[] {
    return this.#values('SELECT value FROM durable_execution WHERE is_running = 1 ORDER BY started_ms');
  }

  /** Newest first. */
  ofFunction(functionName: string): Execution[] {
    const sql = 'SELECT value FROM durable_execution WHERE function = ? ORDER BY started_ms DESC';
    return this.#values(sql, functionName);
  }

  put(execution: Execution): void {
    const { arn, name, functionName, startedAtMs, endedAtMs } = execution;
    const purgeMs = endedAtMs === undefined ? null : endedAtMs + execution.retentionDays * DAY_MS;
    const isRunning = execution.status === 'RUNNING' ? 1 : 0;
    this.#prepare('INSERT OR REPLACE INTO durable_execution VALUES (?, ?, ?, ?, ?, ?, ?)').run(
      arn,
      name,
      functionName,
      isRunning,
      startedAtMs,
      purgeMs,
      JSON.stringify(execution),
    );
  }

  operation(arn: string, id: string): Operation | undefined {
    const sql = 'SELECT value FROM durable_operation WHERE arn = ? AND id = ?';
    return this.#values<Operation>(sql, arn, id)[0];
  }

  /** In the order in which they were started. */
  operations(arn: string): Operation[] {
    return this.#values('SELECT value FROM durable_operation WHERE arn = ? ORDER BY seq', arn);
  }

  putOperation(arn: string, operation: Operation): void {
    const { id, dueAtMs = null, callback } = operation;
    this.#prepare(
      `INSERT INTO durable_operation (arn, id, seq, due_ms, callback_id, value)
       VALUES (?1, ?2, (SELECT COUNT(*) FROM durable_operation WHERE arn = ?1), ?3, ?4, ?5)
       ON CONFLICT (arn, id) DO UPDATE SET due_ms = excluded.due_ms, value = excluded.value`,
    ).run(arn, id, dueAtMs, callback?.callbackId ?? null, JSON.stringify(operation));
  }

  countOperations(arn: string): number {
    return this.#number('SELECT COUNT(*) AS n FROM durable_operation WHERE arn = ?', arn) ?? 0;
  }

  /** Whose timer has come, earliest first. */
  due(arn: string, nowMs: number): Operation[] {
    const sql = 'SELECT value FROM durable_operation WHERE arn = ? AND due_ms <= ? ORDER BY due_ms, seq';
    return this.#values(sql, arn, nowMs);
  }

  nextDueMs(arn: string): number | undefined {
    return this.#number('SELECT MIN(due_ms) AS n FROM durable_operation WHERE arn = ?', arn);
  }

  byCallback(callbackId: string): { readonly arn: string; readonly operation: Operation } | undefined {
    const row = this.#prepare('SELECT arn, value FROM durable_operation WHERE callback_id = ?').get(
      callbackId,
    );
    if (row === undefined) return undefined;
    return { arn: String(row['arn']), operation: JSON.parse(String(row['value'])) as Operation };
  }

  addEvent(arn: string, atMs: number, event: HistoryEvent): void {
    const count = this.#number('SELECT COUNT(*) AS n FROM durable_event WHERE arn = ?', arn) ?? 0;
    const stored = { ...event, EventId: count + 1, EventTimestamp: atMs / 1000 };
    this.#prepare('INSERT INTO durable_event VALUES (?, ?, ?)').run(arn, count + 1, JSON.stringify(stored));
  }

  /** As GetDurableExecutionHistory shows them, oldest first. */
  events(arn: string): HistoryEvent[] {
    return this.#values('SELECT value FROM durable_event WHERE arn = ? ORDER BY id', arn);
  }

  /** Forgets closed executions whose retention has ended. */
  purge(nowMs: number): void {
    this.atomically(() => {
      for (const row of this.#prepare('SELECT arn FROM durable_execution WHERE purge_ms <= ?').all(nowMs)) {
        const arn = String(row['arn']);
        for (const table of TABLES) this.#prepare(`DELETE FROM ${table} WHERE arn = ?`).run(arn);
      }
    });
  }

  #values<T>(sql: string, ...given: SQLInputValue[]): T[] {
    return this.#prepare(sql)
      .all(...given)
      .map((row) => JSON.parse(String(row['value'])) as T);
  }

  #number(sql: string, ...given: SQLInputValue[]): number | undefined {
    const found = this.#prepare(sql).get(...given)?.['n'];
    return typeof found === 'number' ? found : undefined;
  }
}
