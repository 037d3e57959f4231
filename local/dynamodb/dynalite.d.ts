/** The parts of dynalite that are used: its store and its operations, without its HTTP server. */
declare module 'dynalite/db/index.js' {
  export type Done<T = unknown> = (error: Error | null, value?: T) => void;

  export type Write = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };

  export interface SubDb {
    get: (key: string, done: Done) => void;
    put: (key: string, value: unknown, done: Done) => void;
    del: (key: string, done: Done) => void;
  }

  export interface Store {
    readonly db: { open: () => Promise<void>; batch: (writes: Write[], done: Done) => void };
    readonly tableDb: SubDb & { awsAccountId: string; awsRegion: string };
    getItemDb: (table: string) => SubDb;
    getIndexDb: (kind: string, table: string, index: string) => SubDb;
    readonly lifecycleManager: { gracefulClose: () => Promise<void> };
  }

  const db: {
    create: (options: {
      path?: string;
      createTableMs: number;
      deleteTableMs: number;
      updateTableMs: number;
    }) => Store;
  };
  export default db;
}

declare module 'dynalite/validations/index.js' {
  import type { Store } from 'dynalite/db/index.js';

  const validations: {
    checkTypes: (data: unknown, types: unknown) => object;
    checkValidations: (data: object, types: unknown, custom: unknown, store: Store) => void;
  };
  export default validations;
}
