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
export function packed(list: BucketList): Buckets {
  return spanned(list.counts.includes(0) ? filtered(list, (_, count) => count !== 0) : list);
}

/** The same buckets in spans. */
function spanned({ indexes, counts }: BucketList): Buckets {
  if (indexes.length === 0) return NO_BUCKETS;
  const spans: { offset: number; length: number }[] = [];
  let last = { offset: 0, length: 0 };
  let next = Number.NaN;
  for (const index of indexes) {
    if (index === next) last.length++;
    else {
      last = { offset: index - (spans.length === 0 ? 0 : next), length: 1 };
      spans.push(last);
    }
    next = index + 1;
  }
  return { spans, counts };
}

/** Every count changed; the layout stays. */
export function mapBuckets({ spans, counts }: Buckets, change: (count: number) => number): Buckets {
  return { spans, counts: counts.map((count) => change(count)) };
}

/** Two sides in one, number by number, empty buckets too; a bucket that one of them lacks counts 0 there. */
export function combineBuckets(a: Buckets, b: Buckets, combine: (a: number, b: number) => number): Buckets {
  if (!haveSameSpans(a.spans, b.spans)) return spanned(combined(listed(a), listed(b), combine));
  // Samples of one series mostly have one layout.
  const counts = a.counts.map((count, at) => combine(count, b.counts[at] ?? 0));
  return { spans: a.spans, counts };
}

/** Whether two sides have the same layout. */
export function haveSameSpans(a: readonly BucketSpan[], b: readonly BucketSpan[]): boolean {
  return (
    a === b ||
    (a.length === b.length &&
      a.every(({ offset, length }, at) => offset === b[at]?.offset && length === b[at].length))
  );
}

/** Without empty buckets; means the same. */
export function compactBuckets(buckets: Buckets): Buckets {
  return buckets.counts.includes(0) ? packed(listed(buckets)) : buckets;
}

/** Both lists in one; a bucket that one of them lacks counts 0 there. */
function combined(a: BucketList, b: BucketList, combine: (a: number, b: number) => number): BucketList {
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
export function filtered(list: BucketList, keeps: (index: number, count: number) => boolean): BucketList {
  const indexes: number[] = [];
  const counts: number[] = [];
  for (const [at, index] of list.indexes.entries()) {
    const count = list.counts[at] ?? 0;
    if (!keeps(index, count)) continue;
    indexes.push(index);
    counts.push(count);
  }
  return { indexes, counts };
}
