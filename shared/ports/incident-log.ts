import type { Commit } from '../domain/incident/commit.ts';
import type { SystemState } from '../domain/incident/state.ts';

/** What became of one order: the id that the receiving service gave, by order id. */
export type Receipts = Readonly<Record<string, string>>;

export interface StoredCommit extends Commit {
  /** Orders that went out. An order without a receipt is carried out again. */
  readonly receipts: Receipts;
}

export interface DueCommit {
  readonly system: string;
  readonly seq: number;
}

/** The memory of all systems: one stream of commits each. */
export interface IncidentLog {
  /** The state of a system by all commits so far, strongly consistent. */
  readonly load: (system: string) => Promise<SystemState>;
  /**
   * Appends the next commit if nobody else did.
   *
   * @param after the state with the commit folded in; the log may keep it as a snapshot
   * @param dueAtMs when somebody must look at this commit again
   * @returns false if another writer was faster: load and decide again
   */
  readonly append: (
    system: string,
    commit: Commit,
    after: SystemState,
    dueAtMs: number | undefined,
  ) => Promise<boolean>;
  /** Adds receipts to those the commit has, and notes when to look again (undefined: never, for this commit). */
  readonly confirm: (
    system: string,
    seq: number,
    receipts: Receipts,
    dueAtMs: number | undefined,
  ) => Promise<void>;
  /** Commits that are due by now, at most `limit`, earliest first. */
  readonly due: (nowMs: number, limit: number) => Promise<readonly DueCommit[]>;
  /** Commits from one number to another, both included, in order. */
  readonly read: (system: string, fromSeq: number, toSeq: number) => Promise<readonly StoredCommit[]>;
}
