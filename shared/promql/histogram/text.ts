import { formatForApi, formatGeneral } from '../number-text.ts';
import { ascendingBuckets, negativeBuckets, positiveBuckets, zeroBucket, type Bucket } from './buckets.ts';
import type { Histogram } from './histogram.ts';

/** A histogram as Prometheus writes it, for example in a label of count_values: `{count:4, sum:5, (0.5,1]:1, (1,2]:3}`. */
export function formatHistogram(histogram: Histogram): string {
  const buckets = [
    ...negativeBuckets(histogram).toReversed(),
    ...(histogram.zeroCount === 0 ? [] : [zeroBucket(histogram)]),
    ...positiveBuckets(histogram),
  ];
  const parts = buckets.filter(({ count }) => count !== 0).map((bucket) => bucketText(bucket));
  return `{${[`count:${formatGeneral(histogram.count)}`, `sum:${formatGeneral(histogram.sum)}`, ...parts].join(', ')}}`;
}

function bucketText({ lower, upper, lowerInclusive, upperInclusive, count }: Bucket): string {
  const interval = `${formatGeneral(lower)},${formatGeneral(upper)}`;
  return `${lowerInclusive ? '[' : '('}${interval}${upperInclusive ? ']' : ')'}:${formatGeneral(count)}`;
}

/** Which bounds are within a bucket: 0 the upper, 1 the lower, 2 none, 3 both. */
type BoundaryRule = 0 | 1 | 2 | 3;

/** A histogram in the JSON of Prometheus' HTTP API, its numbers as text. */
export interface HistogramJson {
  readonly count: string;
  readonly sum: string;
  /** Left out when nothing is counted in a bucket. */
  readonly buckets?: readonly (readonly [BoundaryRule, lower: string, upper: string, count: string])[];
}

/** The JSON of a histogram. Source: Prometheus' HTTP API, native histograms. */
export function histogramJson(histogram: Histogram): HistogramJson {
  const { count, sum } = histogram;
  const buckets = ascendingBuckets(histogram)
    .filter((bucket) => bucket.count !== 0)
    .map(
      (bucket) =>
        [
          boundaryRule(bucket),
          formatForApi(bucket.lower),
          formatForApi(bucket.upper),
          formatForApi(bucket.count),
        ] as const,
    );
  const numbers = { count: formatForApi(count), sum: formatForApi(sum) };
  return buckets.length === 0 ? numbers : { ...numbers, buckets };
}

function boundaryRule({ lowerInclusive, upperInclusive }: Bucket): BoundaryRule {
  if (lowerInclusive) return upperInclusive ? 3 : 1;
  return upperInclusive ? 0 : 2;
}
