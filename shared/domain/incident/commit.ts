import type { IncidentEvent } from './events.ts';
import { evolve } from './evolve.ts';
import type { SystemState } from './state.ts';

/** The unit of writing: the events of one decision, with the orders among them, in one conditional put. */
export interface Commit {
  /** Consecutive from 1 in the stream of one system. */
  readonly seq: number;
  readonly atMs: number;
  /** Who decided: `intake`, `escalate`, `recover`, or a person's tool. */
  readonly by: string;
  /** The catalog under which it was decided. */
  readonly catalogHash: string;
  readonly events: readonly IncidentEvent[];
}

/** The state after a commit. Commits are folded in their order; one that is not the next is a broken log. */
export function foldCommit(state: SystemState, commit: Commit): SystemState {
  if (commit.seq !== state.seq + 1) {
    throw new Error(
      `The log has a gap: commit ${String(commit.seq)} follows ${String(state.seq)}. Restore the table to a point in time before it.`,
    );
  }
  const evolved = commit.events.reduce((before, event) => evolve(before, event, commit.atMs), state);
  return { ...evolved, seq: commit.seq };
}
