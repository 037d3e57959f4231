import type { Contributor } from '../../shared/domain/alert/contributors.ts';
import type { AlarmState, MissingData } from './judge-datapoints.ts';

export interface Alarm {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly isActionsEnabled: boolean;
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
  readonly rule: AlarmRule;
}

export type AlarmRule = PromqlRule | ClassicRule;

export interface PromqlRule {
  readonly kind: 'promql';
  readonly query: string;
  readonly pendingS: number;
  readonly recoveryS: number;
  readonly intervalS: number;
}

export interface ClassicRule {
  readonly kind: 'classic';
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: Statistic;
  readonly unit?: string;
  readonly periodS: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: Comparison;
  readonly treatMissingData: MissingData;
  readonly warmUp?: { readonly lengthMin: number; readonly isWholePeriodWaited: boolean };
}

export type Statistic = 'Average' | 'Maximum' | 'Minimum' | 'SampleCount' | 'Sum';
export type Comparison =
  | 'GreaterThanOrEqualToThreshold'
  | 'GreaterThanThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

/** An alarm's or a contributor's state at a moment, with the reason AWS would give. */
export interface StateAt {
  readonly value: AlarmState;
  readonly reason: string;
  /** JSON text; classic alarms only. */
  readonly reasonData?: string;
  readonly atMs: number;
}

export type EvaluationState = 'PARTIAL_DATA' | 'EVALUATION_ERROR';

/** What CloudWatch remembers of one alarm between two evaluations. */
export interface AlarmMemory {
  readonly state: StateAt;
  /** Last change of the state or of the evaluation state. */
  readonly updatedMs: number;
  readonly evaluationState?: EvaluationState;
  /** Why the last evaluation failed. */
  readonly evaluationError?: string;
  readonly contributors: readonly Contributor[];
  readonly createdMs: number;
  readonly configuredMs: number;
}

/** The state of an alarm nobody has evaluated yet. PromQL alarms start in OK, the classic ones do not. */
export function initialMemory(rule: AlarmRule, nowMs: number): AlarmMemory {
  return {
    state: {
      value: rule.kind === 'promql' ? 'OK' : 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      atMs: nowMs,
    },
    updatedMs: nowMs,
    contributors: [],
    createdMs: nowMs,
    configuredMs: nowMs,
  };
}
