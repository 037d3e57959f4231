import type { Aggregation } from '../../ast.ts';
import type { Labels } from '../../matching.ts';
import { ABSENT, type Block } from '../block.ts';
import { PromqlEvaluationError } from '../evaluation-error.ts';
import type { Grouping } from '../label-set.ts';
import { formatFloat } from '../../number-text.ts';
import type { Scope } from '../scope.ts';
import { xxhash64 } from '../xxhash64.ts';
import { countsOf } from './strongest.ts';

/** `limitk`: so many series of each group, at each step those that come first. */
export function* limitCount(
  expr: Aggregation,
  grouping: Grouping,
  blocks: Iterable<Block>,
  wanted: Float64Array,
): Iterable<Block> {
  const counts = countsOf(expr, wanted);
  const taken = new Map<string, Float64Array>();
  for (const block of blocks) {
    for (const [row, labels] of block.labels.entries()) {
      const key = grouping.keyOf(labels);
      const group = taken.get(key) ?? new Float64Array(block.width);
      taken.set(key, group);
      for (let step = 0; step < block.width; step++) {
        const cell = row * block.width + step;
        if (block.kinds[cell] === ABSENT) continue;
        const before = group[step] ?? 0;
        if (before < (counts[step] ?? 0)) group[step] = before + 1;
        else block.kinds[cell] = ABSENT;
      }
    }
    yield block;
  }
}

/**
 * `limit_ratio`: about this share of the series, always the same ones. A negative ratio takes those that the
 * rest of it to 1 would leave: `limit_ratio(0.3, x)` and `limit_ratio(-0.7, x)` have no series in common.
 */
export function* limitRatio(
  expr: Aggregation,
  blocks: Iterable<Block>,
  wanted: Float64Array,
  scope: Scope,
): Iterable<Block> {
  const ratios = ratiosOf(expr, wanted, scope);
  for (const block of blocks) {
    for (const [row, labels] of block.labels.entries()) {
      const place = placeOf(labels);
      for (let step = 0; step < block.width; step++) {
        const ratio = ratios[step] ?? 0;
        const isTaken = ratio >= 0 ? place < ratio : place >= 1 + ratio;
        if (!isTaken) block.kinds[row * block.width + step] = ABSENT;
      }
    }
    yield block;
  }
}

function ratiosOf(expr: Aggregation, wanted: Float64Array, { query }: Scope): Float64Array {
  const { span } = expr.parameter ?? expr;
  return wanted.map((ratio) => {
    if (Number.isNaN(ratio)) throw new PromqlEvaluationError('Ratio value is NaN', span);
    const capped = Math.max(-1, Math.min(1, ratio));
    if (capped !== ratio)
      query.annotate(
        'warning',
        `ratio value should be between -1 and 1, got ${formatFloat(ratio)}, capping to ${capped}`,
        span,
      );
    return capped;
  });
}

const LARGEST_HASH = 2 ** 64;

/**
 * A number in [0, 1) that depends on the labels alone and is spread evenly. By the hash of Prometheus' usual build,
 * so that both choose the same series: XXH64 over names and values, each with its size before it, sorted by name.
 */
function placeOf(labels: Labels): number {
  const texts = Object.keys(labels)
    .sort()
    .flatMap((name) => {
      const value = labels[name] ?? '';
      return value === '' ? [] : [name, value];
    });
  return Number(xxhash64(Uint8Array.from(texts.flatMap(sized)))) / LARGEST_HASH;
}

/** The size is one byte, or three behind a 255. */
function sized(text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  const size =
    bytes.length < 255 ? [bytes.length] : [255, ...[0, 8, 16].map((bits) => (bytes.length >> bits) & 255)];
  return [...size, ...bytes];
}
