import { createRequire } from 'node:module';
import dynalite, { type Done, type Store, type Write } from 'dynalite/db/index.js';
import validations from 'dynalite/validations/index.js';
import * as z from 'zod';
import type { Kernel } from '../kernel/kernel.ts';
import { AwsError } from '../kernel/service.ts';

/** What dynalite 4.0 can do. It knows no transactions, no PartiQL and no streams. */
export const OPERATIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
] as const;
export type OperationName = (typeof OPERATIONS)[number];

/** Tables kept by dynalite in this process, without its HTTP server. */
export interface TableStore {
  /**
   * Runs one operation of the DynamoDB API.
   *
   * @throws AwsError as DynamoDB would answer
   */
  readonly run: (operation: OperationName, input: object) => Promise<object>;
  /** Ends the waiting time in which a new table, or one found half made, cannot be used. */
  readonly activate: (tableName: string) => Promise<void>;
  /** Waits for what is running, then closes the files. */
  readonly close: () => Promise<void>;
}

interface DynaliteOperation {
  readonly types: unknown;
  readonly custom: unknown;
  readonly act: (store: Store, input: object, done: Done<object>) => void;
}

/**
 * Opens the tables. Every acknowledged write has reached LevelDB's log, so it survives a kill -9 of this
 * process.
 *
 * dynalite's own server is not used: it ends the process when a client goes away in the middle of a
 * request, and it hides the store.
 *
 * @param dir folder of the LevelDB files; undefined keeps all in memory
 * @throws Error if another process has the folder open
 */
export async function openTableStore(
  dir: string | undefined,
  { region, accountId }: Pick<Kernel, 'region' | 'accountId'>,
): Promise<TableStore> {
  const settings = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  const store = dynalite.create(dir === undefined ? settings : { ...settings, path: dir });
  try {
    await store.db.open();
  } catch (error) {
    throw new Error(`The DynamoDB tables in "${dir ?? 'memory'}" cannot be opened: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
  store.tableDb.awsRegion = region;
  store.tableDb.awsAccountId = accountId;
  writeWhole(store);
  const operations = new Map(OPERATIONS.map((name) => [name, loadOperation(name)]));
  return {
    run: (name, input) => runOperation(store, operations.get(name), input),
    activate: (tableName) => activate(store, tableName),
    close: () => store.lifecycleManager.gracefulClose(),
  };
}

/**
 * Makes an item and its index entries one write. dynalite writes the entries first and the item after them,
 * so a kill in between would leave an acknowledged item without its place in an index: an incident that is
 * due and never found. dynalite asks for the index writes and then for the item's in one turn of the event
 * loop; here the first are held back and go with the last.
 */
function writeWhole(store: Store): void {
  const held: Write[] = [];
  const flush = (writes: Write[], done: Done) => {
    store.db.batch([...held.splice(0), ...writes], done);
  };
  const hold = (write: Write, done: Done) => {
    held.push(write);
    // Only if dynalite should not follow with the item in this turn: then they are written by themselves.
    queueMicrotask(() => {
      if (held.length > 0) flush([], () => undefined);
    });
    done(null);
  };
  const { getItemDb, getIndexDb } = store;
  store.getIndexDb = (kind, table, index) => {
    const prefix = `index-${kind.toLowerCase()}~${table}~${index}~`;
    return {
      ...getIndexDb(kind, table, index),
      put: (key, value, done) => {
        hold({ type: 'put', key: prefix + key, value }, done);
      },
      del: (key, done) => {
        hold({ type: 'del', key: prefix + key }, done);
      },
    };
  };
  store.getItemDb = (table) => ({
    ...getItemDb(table),
    put: (key, value, done) => {
      flush([{ type: 'put', key: `item-${table}~${key}`, value }], done);
    },
    del: (key, done) => {
      flush([{ type: 'del', key: `item-${table}~${key}` }], done);
    },
  });
}

interface TableRecord {
  readonly TableStatus: string;
  readonly GlobalSecondaryIndexes?: readonly object[];
}

function activate({ tableDb }: Store, tableName: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      reject(error);
    };
    tableDb.get(tableName, (error, found) => {
      if (error) return fail(error);
      const table = found as TableRecord;
      const indexes = table.GlobalSecondaryIndexes?.map((index) => ({ ...index, IndexStatus: 'ACTIVE' }));
      const active = { ...table, TableStatus: 'ACTIVE', ...(indexes && { GlobalSecondaryIndexes: indexes }) };
      tableDb.put(tableName, active, (failed) => (failed ? fail(failed) : resolve()));
    });
  });
}

const require = createRequire(import.meta.url);

function loadOperation(name: OperationName): DynaliteOperation {
  const file = `${name.charAt(0).toLowerCase()}${name.slice(1)}.js`;
  const { types, custom } = require(`dynalite/validations/${file}`) as { types: unknown; custom: unknown };
  const act = require(`dynalite/actions/${file}`) as DynaliteOperation['act'];
  return { types, custom, act };
}

function runOperation(
  store: Store,
  operation: DynaliteOperation | undefined,
  input: object,
): Promise<object> {
  return new Promise((resolve, reject) => {
    if (operation === undefined) throw new Error('Only the operations in OPERATIONS can be run.');
    try {
      // dynalite changes its input; the caller's stays as it is.
      const checked = validations.checkTypes(structuredClone(input), operation.types);
      validations.checkValidations(checked, operation.types, operation.custom, store);
      operation.act(store, checked, (error, output) => {
        if (error === null || error === undefined) resolve(output ?? {});
        else reject(asAwsError(error));
      });
    } catch (error) {
      reject(asAwsError(error));
    }
  });
}

/** dynalite says `Message` or `message`, as DynamoDB does, and puts a namespace before the code. */
const Failure = z.object({
  statusCode: z.number(),
  body: z.object({ __type: z.string(), message: z.string().optional(), Message: z.string().optional() }),
});

function asAwsError(error: unknown): unknown {
  const failure = Failure.safeParse(error);
  if (!failure.success) return error;
  const { statusCode, body } = failure.data;
  return new AwsError(body.__type.split('#').at(-1) ?? '', body.message ?? body.Message ?? '', statusCode);
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? cause.message : String(error);
}
