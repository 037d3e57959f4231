import { combineBuckets } from './bucket-list.ts';
import { hasCustomBounds, type Buckets, type Histogram, type ResetHint } from './histogram.ts';
import {
  areBoundsEqual,
  commonLayout,
  thresholdAtBound,
  withBounds,
  withSchema,
  withZeroThreshold,
} from './layout.ts';

/**
 * Whether the counter began anew between two samples: a hint says so, a count fell or is missing, or the layout
 * became finer, which happens only then. The sum counts for nothing, since observations may be negative.
 */
export function isCounterReset(current: Histogram, previous: Histogram): boolean {
  if (current.hint === 'reset') return true;
  if (current.hint === 'not-reset') return false;
  if (current.count < previous.count) return true;
  if (hasCustomBounds(current) && hasCustomBounds(previous)) return hasLostCustom(current, previous);
  if (hasCustomBounds(current) || current.schema > previous.schema) return true;
  const { zeroThreshold, schema } = current;
  if (zeroThreshold < previous.zeroThreshold) return true;
  if (thresholdAtBound(previous, zeroThreshold) !== zeroThreshold) return true;
  const before = withSchema(withZeroThreshold(previous, zeroThreshold), schema);
  return (
    current.zeroCount < before.zeroCount ||
    hasLost(current.positive, before.positive) ||
    hasLost(current.negative, before.negative)
  );
}

function hasLostCustom(current: Histogram, previous: Histogram): boolean {
  const bounds = commonLayout(current, previous)?.customBounds ?? [];
  return hasLost(withBounds(current, bounds).positive, withBounds(previous, bounds).positive);
}

function hasLost(current: Buckets, previous: Buckets): boolean {
  return combineBuckets(current, previous, (now, before) => Number(now < before)).counts.includes(1);
}

/**
 * The hint with which Prometheus' storage gives a sample back that followed another one. Storage sees a reset but
 * does not promise one, because the sample before may come from elsewhere by then (Prometheus issue 15346).
 */
export function storedHint(current: Histogram, previous: Histogram | undefined): ResetHint {
  if (current.hint === 'gauge') return 'gauge';
  const continues =
    previous !== undefined &&
    previous.hint !== 'gauge' &&
    current.schema === previous.schema &&
    current.zeroThreshold === previous.zeroThreshold &&
    areBoundsEqual(current.customBounds, previous.customBounds) &&
    !isCounterReset(current, previous);
  return continues ? 'not-reset' : 'unknown';
}
