import { expect, test } from 'vitest';
import { CommitTail } from '../../../../console/read/commit-tail.ts';
import type { StoredCommit } from '../../../../shared/ports/incident-log.ts';
import { fakeIncidentLog } from '../../../fakes/fake-incident-log.ts';

/** A log of so many commits that notes what is read of it. */
function aLog(length: number) {
  const reads: [number, number][] = [];
  const commit = (seq: number): StoredCommit => ({
    seq,
    atMs: 0,
    by: 'intake',
    catalogHash: '',
    events: [],
    receipts: {},
  });
  const incidents = {
    ...fakeIncidentLog(),
    read: (_system: string, from: number, to: number) => {
      reads.push([from, to]);
      const last = Math.min(to, length);
      return Promise.resolve(
        Array.from({ length: Math.max(0, last - from + 1) }, (_, at) => commit(from + at)),
      );
    },
  };
  return { tail: new CommitTail(incidents, 'shop'), reads };
}

const seqs = (commits: readonly StoredCommit[]) => [commits[0]?.seq, commits.at(-1)?.seq, commits.length];

test('what was read is not read again: only what came before and after', async () => {
  const { tail, reads } = aLog(30);
  expect(seqs(await tail.read(5, 10))).toEqual([5, 10, 6]);
  expect(seqs(await tail.read(5, 10))).toEqual([5, 10, 6]);
  expect(seqs(await tail.read(5, 12))).toEqual([5, 12, 8]);
  expect(seqs(await tail.read(3, 12))).toEqual([3, 12, 10]);
  expect(seqs(await tail.read(11, 20))).toEqual([11, 20, 10]);
  expect(reads).toEqual([
    [5, 10],
    [11, 12],
    [3, 4],
    [13, 20],
  ]);
});

test('of a long stream no more than its end is kept', async () => {
  const { tail, reads } = aLog(10_000);
  expect(seqs(await tail.read(1, 10_000))).toEqual([9_501, 10_000, 500]);
  expect(reads).toEqual([[9_501, 10_000]]);
});

test('an empty stream is not read', async () => {
  const { tail, reads } = aLog(0);
  expect(await tail.read(1, 0)).toEqual([]);
  expect(reads).toEqual([]);
});
