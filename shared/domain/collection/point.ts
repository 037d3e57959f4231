/**
 * One value of one series, ready to be sent: what a scrape, a probe or a function of our own found out.
 * `value` is finite; whoever makes a point drops the others, because CloudWatch takes no NaN or Inf.
 */
export type SeriesPoint = GaugePoint | SumPoint;

interface PointBase {
  /** The metric's name as it is queried: `http_requests_total`, `up`, `my.metric`. */
  readonly name: string;
  /** Datapoint attributes: bare labels in PromQL. System and service do not belong here. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Epoch milliseconds, UTC. */
  readonly atMs: number;
}

export interface GaugePoint extends PointBase {
  readonly kind: 'gauge';
}

/** A cumulative, monotonic sum: counters, and `_bucket`, `_sum`, `_count` of histograms and summaries. */
export interface SumPoint extends PointBase {
  readonly kind: 'sum';
  /** When counting began, epoch milliseconds; not after `atMs`. */
  readonly startMs: number;
}
