import type { ClassicBucket } from '../../histogram/classic.ts';
import type { Histogram } from '../../histogram/histogram.ts';
import { labelValue, type Labels } from '../../matching.ts';
import { parseNumber } from '../../number-text.ts';
import { BlockWriter, FLOAT, HISTOGRAM, type Block, type Row } from '../block.ts';
import { noteBadBucket, noteMixedKinds, type NotePlace } from '../histogram-notes.ts';
import { keyOf, omit } from '../label-set.ts';
import type { Scope } from '../scope.ts';
import { placeOf, type Invocation } from './invocation.ts';

/** The label with a bucket's upper bound. */
const UPPER_BOUND = 'le';

interface BucketRow extends Row {
  readonly upper: number;
}

/** The rows of one histogram: of its buckets, or of itself. */
interface HistogramGroup {
  readonly labels: Labels;
  readonly losesName: boolean;
  readonly place: NotePlace;
  readonly buckets: BucketRow[];
  readonly natives: Row[];
}

/** What a function says of a histogram at a step. */
export interface Answers {
  readonly classic: (buckets: readonly ClassicBucket[], step: number, place: NotePlace) => number;
  readonly native: (histogram: Histogram, step: number, place: NotePlace) => number;
}

/**
 * The histograms of a vector. Its name still tells one from another here; two that differ by nothing else clash when
 * it is dropped. A number without a usable bound is noted and left out.
 */
export function histogramGroups(invocation: Invocation, index: number): HistogramGroup[] {
  const groups = new Map<string, HistogramGroup>();
  const groupFor = (labels: Labels, losesName: boolean): HistogramGroup => {
    const key = keyOf(labels);
    const place = placeOf(invocation, index, { labels });
    const group = groups.get(key) ?? { labels, losesName, place, buckets: [], natives: [] };
    groups.set(key, group);
    return group;
  };
  for (const block of invocation.vector(index)) {
    for (const [row, labels] of block.labels.entries()) {
      const losesName = block.losesName[row] ?? false;
      const bound = labelValue(labels, UPPER_BOUND);
      const whole = bound === '' ? labels : omit(labels, BOUND_ONLY);
      if (holds(block, row, HISTOGRAM)) groupFor(labels, losesName).natives.push({ block, row });
      if (!holds(block, row, FLOAT)) continue;
      const upper = parseNumber(bound);
      if (upper === undefined) noteBadBucket(placeOf(invocation, index, { labels }), bound);
      else groupFor(whole, losesName).buckets.push({ block, row, upper });
    }
  }
  return [...groups.values()];
}

const BOUND_ONLY: ReadonlySet<string> = new Set([UPPER_BOUND]);

function holds(block: Block, row: number, kind: number): boolean {
  const first = row * block.width;
  return block.kinds.subarray(first, first + block.width).includes(kind);
}

/**
 * A row of answers for each histogram. At a step at which one is there in both ways there is none, which is noted.
 *
 * @param relabelled other labels for the answers, which may be others at each step
 */
export function answerRows(
  groups: readonly HistogramGroup[],
  { steps }: Scope,
  answers: Answers,
  relabelled: (labels: Labels, step: number) => Labels = (labels) => labels,
): Block[] {
  const writer = new BlockWriter(steps.count);
  for (const group of groups) {
    const rows = new Map<string, Row>();
    for (let step = 0; step < steps.count; step++) {
      const answer = answerAt(group, step, answers);
      if (answer === undefined) continue;
      const labels = relabelled(group.labels, step);
      const key = keyOf(labels);
      const { block, row } = rows.get(key) ?? writer.addRow(labels, group.losesName);
      rows.set(key, { block, row });
      block.setFloat(row * block.width + step, answer);
    }
  }
  return writer.blocks;
}

function answerAt(
  { buckets, natives, place }: HistogramGroup,
  step: number,
  answers: Answers,
): number | undefined {
  const there = buckets.flatMap(({ block, row, upper }) => {
    const cell = row * block.width + step;
    return block.kinds[cell] === FLOAT ? [{ upper, count: block.values[cell] ?? Number.NaN }] : [];
  });
  const native = natives
    .map(({ block, row }) => block.histogramAt(row * block.width + step))
    .find((histogram) => histogram !== undefined);
  if (native === undefined) return there.length === 0 ? undefined : answers.classic(there, step, place);
  return there.length === 0 ? answers.native(native, step, place) : noteMixedKinds(place);
}
