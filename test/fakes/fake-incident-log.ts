import { foldCommit } from '../../shared/domain/incident/commit.ts';
import type { SystemState } from '../../shared/domain/incident/state.ts';
import { EMPTY_STATE } from '../../shared/domain/incident/state.ts';
import type { IncidentLog, StoredCommit } from '../../shared/ports/incident-log.ts';

export interface FakeIncidentLog extends IncidentLog {
  /** While set, every call throws it: the store is down. */
  failure: Error | undefined;
}

/** The log in memory, held to the same contract as the one in DynamoDB (test/contract/incident-log.test.ts). */
export function fakeIncidentLog(): FakeIncidentLog {
  const streams = new Map<string, (StoredCommit & { dueAtMs?: number })[]>();
  const stream = (system: string) => streams.get(system) ?? [];
  const log: FakeIncidentLog = {
    failure: undefined,
    load: (system) => guarded(() => stream(system).reduce<SystemState>(foldCommit, EMPTY_STATE)),
    append: (system, commit, _after, dueAtMs) =>
      guarded(() => {
        const commits = stream(system);
        if (commits.some(({ seq }) => seq === commit.seq)) return false;
        // What is stored is a copy, as it is in a database.
        streams.set(system, [
          ...commits,
          structuredClone({ ...commit, receipts: {}, ...(dueAtMs === undefined ? {} : { dueAtMs }) }),
        ]);
        return true;
      }),
    confirm: (system, seq, receipts, dueAtMs) =>
      guarded(() => {
        const commits = stream(system).map((commit) => {
          if (commit.seq !== seq) return commit;
          const { dueAtMs: _, ...rest } = commit;
          return {
            ...rest,
            receipts: { ...commit.receipts, ...receipts },
            ...(dueAtMs === undefined ? {} : { dueAtMs }),
          };
        });
        streams.set(system, commits);
      }),
    due: (nowMs, limit) =>
      guarded(() =>
        [...streams]
          .flatMap(([system, commits]) =>
            commits.map(({ seq, dueAtMs = Infinity }) => ({ system, seq, dueAtMs })),
          )
          .filter(({ dueAtMs }) => dueAtMs <= nowMs)
          .toSorted((a, b) => a.dueAtMs - b.dueAtMs)
          .slice(0, limit)
          .map(({ system, seq }) => ({ system, seq })),
      ),
    read: (system, fromSeq, toSeq) =>
      guarded(() =>
        stream(system)
          .filter(({ seq }) => seq >= fromSeq && seq <= toSeq)
          .map(({ dueAtMs: _, ...commit }) => commit),
      ),
  };
  const guarded = <T>(work: () => T): Promise<T> =>
    log.failure === undefined ? Promise.resolve(work()) : Promise.reject(log.failure);
  return log;
}
