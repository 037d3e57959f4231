import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Named tables of JSON values that survive a restart. Everything is synchronous: a put that returned is kept. */
export interface StateStore {
  /** The table, made when first asked for. Names are `[a-z_]+`. */
  readonly table: <T>(name: string) => StateTable<T>;
  /** All or nothing for the puts and deletes in `work`. */
  readonly atomically: <T>(work: () => T) => T;
  /** The database itself, for a service that needs its own tables (series). */
  readonly database: DatabaseSync;
  readonly close: () => void;
}

export interface StateTable<T> {
  readonly get: (key: string) => T | undefined;
  readonly put: (key: string, value: T) => void;
  readonly delete: (key: string) => void;
  /** In key order (UTF-8 bytes). */
  readonly entries: () => [key: string, value: T][];
}

/** Opens the store in one SQLite file; the name `:memory:` gives one that forgets, for tests. */
export function openStateStore(file: string): StateStore {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  // Write-ahead logging keeps acknowledged writes over a kill -9 of this process (not over a power cut).
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  let depth = 0;
  return {
    database,
    table: <T>(name: string) => openTable<T>(database, name),
    atomically: (work) => {
      if (depth > 0) return work();
      database.exec('BEGIN IMMEDIATE');
      depth += 1;
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      } finally {
        depth -= 1;
      }
    },
    close: () => {
      database.close();
    },
  };
}

function openTable<T>(database: DatabaseSync, name: string): StateTable<T> {
  if (!/^[a-z_]+$/.test(name)) throw new Error(`State table "${name}": only a-z and _ are allowed.`);
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${name} (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`,
  );
  const get = database.prepare(`SELECT value FROM ${name} WHERE key = ?`);
  const put = database.prepare(`INSERT OR REPLACE INTO ${name} (key, value) VALUES (?, ?)`);
  const remove = database.prepare(`DELETE FROM ${name} WHERE key = ?`);
  const all = database.prepare(`SELECT key, value FROM ${name} ORDER BY key`);
  return {
    get: (key) => {
      const row = get.get(key);
      return row === undefined ? undefined : (JSON.parse(String(row['value'])) as T);
    },
    put: (key, value) => {
      put.run(key, JSON.stringify(value));
    },
    delete: (key) => {
      remove.run(key);
    },
    entries: () => all.all().map((row) => [String(row['key']), JSON.parse(String(row['value'])) as T]),
  };
}
