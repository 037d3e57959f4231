import type { ClassicRule, Comparison, StateAt } from './alarm.ts';
import { awsTimestamp, reasonTimestamp } from './aws-time.ts';
import { statisticOf } from './classic-metrics.ts';
import type { ClassicMetrics } from './classic-metrics.ts';
import type { AlarmAt } from './evaluate-promql.ts';
import { evaluationRange, judgeDatapoints } from './judge-datapoints.ts';
import type { AlarmState, Verdict } from './judge-datapoints.ts';
import type { Outcome } from './transition.ts';

/** Classic alarms are evaluated on a sliding window that moves by so much. */
export const CLASSIC_INTERVAL_MS = 10_000;

interface PeriodValue {
  readonly startMs: number;
  readonly sampleCount?: number;
  readonly value?: number;
}

/**
 * Evaluates a classic alarm on its metric: M of the last N periods, missing data as its rule says.
 *
 * Data counts as missing only for the time in which this cloud was running: after a start, an alarm
 * that would go off for want of data waits until its whole window lies in that time.
 *
 * @param runningSinceMs since when the cloud has been running without a break
 */
export function evaluateClassic(
  { alarm, memory, lastMs }: AlarmAt,
  rule: ClassicRule,
  metrics: Pick<ClassicMetrics, 'aggregate'>,
  { nowMs, runningSinceMs }: { readonly nowMs: number; readonly runningSinceMs: number },
): Outcome {
  const endMs = Math.floor(nowMs / CLASSIC_INTERVAL_MS) * CLASSIC_INTERVAL_MS;
  const range = readRange(rule, metrics, endMs);
  const points = range.map(({ value }) => {
    if (value === undefined) return 'missing';
    return isBreaching(value, rule.comparison, rule.threshold) ? 'breaching' : 'ok';
  });
  const real = points.filter((point) => point !== 'missing').length;
  const same: Outcome = { memory, transitions: [], lastMs: nowMs };
  if (isWarmingUp(rule, real, nowMs - memory.createdMs)) return { ...same, lastMs };
  const isWindowCovered = endMs - rule.evaluationPeriods * rule.periodS * 1000 >= runningSinceMs;
  const treatMissingData = isWindowCovered ? rule.treatMissingData : 'ignore';
  const verdict = judgeDatapoints(points, { ...rule, treatMissingData });
  if (verdict.state === 'retain' || verdict.state === memory.state.value) return same;
  const to = stateOf(rule, verdict, verdict.state, { range, from: memory.state.value, nowMs });
  return {
    memory: { ...memory, state: to, updatedMs: nowMs },
    transitions: [{ alarm, from: memory.state, to, isActedOn: true }],
    lastMs: nowMs,
  };
}

/** A new alarm waits for its warm-up period, or until its window is full, whichever the rule says. */
function isWarmingUp(rule: ClassicRule, real: number, ageMs: number): boolean {
  if (rule.warmUp === undefined || ageMs >= rule.warmUp.lengthMin * 60_000) return false;
  return rule.warmUp.isWholePeriodWaited || real < rule.evaluationPeriods;
}

function readRange(
  rule: ClassicRule,
  metrics: Pick<ClassicMetrics, 'aggregate'>,
  endMs: number,
): PeriodValue[] {
  const id = { namespace: rule.namespace, name: rule.metricName, dimensions: rule.dimensions };
  const periodMs = rule.periodS * 1000;
  return Array.from({ length: evaluationRange(rule.evaluationPeriods) }, (_, index) => {
    const startMs = endMs - (evaluationRange(rule.evaluationPeriods) - index) * periodMs;
    const set = metrics.aggregate(id, rule.unit, { fromMs: startMs, toMs: startMs + periodMs });
    if (set === undefined) return { startMs };
    return { startMs, sampleCount: set.count, value: statisticOf(set, rule.statistic) };
  });
}

function isBreaching(value: number, comparison: Comparison, threshold: number): boolean {
  switch (comparison) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
  }
}

const WORDS: Readonly<Record<Comparison, string>> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

interface Circumstance {
  readonly range: readonly PeriodValue[];
  readonly from: AlarmState;
  readonly nowMs: number;
}

function stateOf(rule: ClassicRule, verdict: Verdict, value: AlarmState, at: Circumstance): StateAt {
  const real = at.range.filter((period) => period.value !== undefined).slice(-rule.evaluationPeriods);
  return {
    value,
    reason: reasonOf(rule, verdict, value, { ...at, range: real }),
    reasonData: JSON.stringify({
      version: '1.0',
      queryDate: awsTimestamp(at.nowMs),
      ...(real[0] === undefined ? {} : { startDate: awsTimestamp(real[0].startMs) }),
      statistic: rule.statistic,
      period: rule.periodS,
      recentDatapoints: real.map((period) => period.value),
      threshold: rule.threshold,
      evaluatedDatapoints: at.range
        .slice(-rule.evaluationPeriods)
        .toReversed()
        .map(({ startMs, sampleCount, value: reading }) => ({
          timestamp: awsTimestamp(startMs),
          sampleCount,
          value: reading,
        })),
    }),
    atMs: at.nowMs,
  };
}

/** The sentence that AWS writes; the wording is that of recorded notifications. */
function reasonOf(rule: ClassicRule, verdict: Verdict, value: AlarmState, at: Circumstance): string {
  if (value === 'INSUFFICIENT_DATA') return `Insufficient Data: ${verdict.filled} datapoints were unknown.`;
  // Only the points that speak for the new state are listed.
  const shown = at.range
    .filter(
      ({ value: reading = NaN }) =>
        isBreaching(reading, rule.comparison, rule.threshold) === (value === 'ALARM'),
    )
    .toReversed();
  if (shown.length === 0) return missingReason(verdict.filled, value);
  const list = shown.map(
    ({ value: reading = NaN, startMs }) => `${decimal(reading)} (${reasonTimestamp(startMs)})`,
  );
  const verb = `${shown.length === 1 ? 'was' : 'were'}${value === 'OK' ? ' not' : ''}`;
  const needed =
    value === 'ALARM' ? rule.datapointsToAlarm : rule.evaluationPeriods - rule.datapointsToAlarm + 1;
  return (
    `Threshold Crossed: ${shown.length} out of the last ${rule.evaluationPeriods} datapoints [${list.join(', ')}] ` +
    `${verb} ${WORDS[rule.comparison]} the threshold (${decimal(rule.threshold)}) (minimum ${needed} ` +
    `${needed === 1 ? 'datapoint' : 'datapoints'} for ${value === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK'} transition).`
  );
}

function missingReason(filled: number, value: AlarmState): string {
  const [periods, were] = filled === 1 ? ['period', 'datapoint was'] : ['periods', 'datapoints were'];
  return (
    `Threshold Crossed: no datapoints were received for ${filled} ${periods} and ` +
    `${filled} missing ${were} treated as [${value === 'ALARM' ? 'Breaching' : 'NonBreaching'}].`
  );
}

/** Numbers as Java prints them: always with a fraction. */
function decimal(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
