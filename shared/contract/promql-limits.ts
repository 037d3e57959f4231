/** CloudWatch's limits on a query in PromQL (CloudWatch user guide, "PromQL limits and restrictions"). */

/** Characters of an alarm's query (PutMetricAlarm). */
export const MOST_QUERY_CHARACTERS = 10_000;

/** How far a query may look back, its ranges, offsets and the time it spans together. */
export const MOST_RANGE_MS = 7 * 86_400_000;
