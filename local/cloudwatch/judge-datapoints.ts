export type Datapoint = 'ok' | 'breaching' | 'missing';
export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface DatapointRule {
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: MissingData;
}

export interface Verdict {
  /** `retain`: the alarm stays as it is. */
  readonly state: AlarmState | 'retain';
  /** How many of the evaluation periods had to be filled in by the rule for missing data. */
  readonly filled: number;
}

/**
 * More datapoints are fetched than are needed, in case some are missing. AWS does not publish the
 * formula; its only example is 5 for 3 evaluation periods.
 */
export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + 2;
}

/**
 * Decides the state of a classic alarm from its datapoints, as the CloudWatch user guide,
 * "Configuring how CloudWatch alarms treat missing data", tables it.
 *
 * As many real points as evaluation periods: the newest decide and missing data plays no part. Fewer:
 * the gaps are filled as few as possible. With `missing`, an alarm goes off early when its oldest
 * breaching point is at least `datapointsToAlarm` periods old and nothing but breaching or missing
 * points came after it.
 *
 * @param range the evaluation range, newest last
 */
export function judgeDatapoints(range: readonly Datapoint[], rule: DatapointRule): Verdict {
  const real = range.filter((point) => point !== 'missing');
  const filled = Math.max(0, rule.evaluationPeriods - real.length);
  if (filled === 0) {
    const breaching = countBreaching(real.slice(-rule.evaluationPeriods));
    return { state: breaching >= rule.datapointsToAlarm ? 'ALARM' : 'OK', filled };
  }
  return { state: judgeSparse(range, rule, filled), filled };
}

function judgeSparse(range: readonly Datapoint[], rule: DatapointRule, filled: number): Verdict['state'] {
  const breaching = countBreaching(range);
  if (rule.treatMissingData === 'breaching') {
    return breaching + filled >= rule.datapointsToAlarm ? 'ALARM' : 'OK';
  }
  if (breaching >= rule.datapointsToAlarm) return 'ALARM';
  if (rule.treatMissingData === 'notBreaching' || range.includes('ok')) return 'OK';
  if (rule.treatMissingData === 'ignore') return 'retain';
  const oldest = range.indexOf('breaching');
  const ageOfOldest = oldest === -1 ? 0 : range.length - oldest;
  return ageOfOldest >= rule.datapointsToAlarm ? 'ALARM' : 'INSUFFICIENT_DATA';
}

function countBreaching(points: readonly Datapoint[]): number {
  return points.filter((point) => point === 'breaching').length;
}
