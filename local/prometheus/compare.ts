import type { Labels } from '../../shared/promql/matching.ts';

/** Orders texts by their UTF-8 bytes, as Go does. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    // Halves of a pair stand for characters above all that have one unit.
    if (left !== right) return Number(isHalf(left)) - Number(isHalf(right)) || left - right;
  }
  return a.length - b.length;
}

const isHalf = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

/** Orders label sets as Prometheus does: pair by pair, the names sorted; of two that begin alike the shorter first. */
export function compareLabels(a: Labels, b: Labels): number {
  const [left, right] = [sortedPairs(a), sortedPairs(b)];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const [leftName = '', leftValue = ''] = left[at] ?? [];
    const [rightName = '', rightValue = ''] = right[at] ?? [];
    const order = compareTexts(leftName, rightName) || compareTexts(leftValue, rightValue);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function sortedPairs(labels: Labels): readonly (readonly [string, string])[] {
  let pairs = known.get(labels);
  if (pairs === undefined) {
    pairs = Object.entries(labels).sort(([a], [b]) => compareTexts(a, b));
    known.set(labels, pairs);
  }
  return pairs;
}

const known = new WeakMap<Labels, readonly (readonly [string, string])[]>();
