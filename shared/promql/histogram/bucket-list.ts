import { NO_BUCKETS, type Buckets, type BucketSpan } from './histogram.ts';

/** The buckets of one side with the index of each, ascending: the form that arithmetic works on. */
export interface BucketList {
  readonly indexes: readonly number[];
  readonly counts: readonly number[];
}

/** Buckets with their indexes, empty ones too where they are written down. */
export function listed({ spans, counts }: Buckets): BucketList {
  const indexes: number[] = [];
  let index = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let left = Math.min(length, counts.length - indexes.length); left > 0; left--) indexes.push(index++);
  }
  return { indexes, counts };
}

/** The same buckets in spans, without the empty ones. */
export function packed({ indexes, counts }: BucketList): Buckets {
  const spans: BucketSpan[] = [];
  const kept: number[] = [];
  let next = 0;
  for (const [at, index] of indexes.entries()) {
    const count = counts[at] ?? 0;
    if (count === 0) continue;
    const last = spans.at(-1);
    if (last !== undefined && index === next) spans[spans.length - 1] = { ...last, length: last.length + 1 };
    else spans.push({ offset: index - next, length: 1 });
    kept.push(count);
    next = index + 1;
  }
  return kept.length === 0 ? NO_BUCKETS : { spans, counts: kept };
}

/** Both lists in one; a bucket that one of them lacks counts 0 there. */
export function combined(
  a: BucketList,
  b: BucketList,
  combine: (a: number, b: number) => number,
): BucketList {
  const indexes: number[] = [];
  const counts: number[] = [];
  let atA = 0;
  let atB = 0;
  while (atA < a.indexes.length || atB < b.indexes.length) {
    const indexA = a.indexes[atA] ?? Infinity;
    const indexB = b.indexes[atB] ?? Infinity;
    indexes.push(Math.min(indexA, indexB));
    counts.push(
      combine(indexA <= indexB ? (a.counts[atA++] ?? 0) : 0, indexB <= indexA ? (b.counts[atB++] ?? 0) : 0),
    );
  }
  return { indexes, counts };
}

/** The list with every bucket moved to a new index; moves must not cross, what meets is summed. */
export function moved(list: BucketList, newIndex: (index: number) => number): BucketList {
  const indexes: number[] = [];
  const counts: number[] = [];
  for (const [at, index] of list.indexes.entries()) {
    const to = newIndex(index);
    const count = list.counts[at] ?? 0;
    if (indexes.at(-1) === to) counts[counts.length - 1] = (counts.at(-1) ?? 0) + count;
    else {
      indexes.push(to);
      counts.push(count);
    }
  }
  return { indexes, counts };
}

/** The buckets that the predicate keeps. */
export function filtered(list: BucketList, keeps: (index: number) => boolean): BucketList {
  const indexes: number[] = [];
  const counts: number[] = [];
  for (const [at, index] of list.indexes.entries()) {
    if (!keeps(index)) continue;
    indexes.push(index);
    counts.push(list.counts[at] ?? 0);
  }
  return { indexes, counts };
}
