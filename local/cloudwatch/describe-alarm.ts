import type { AlarmRule, ClassicRule, PromqlRule } from './alarm.ts';
import type { AlarmAt } from './evaluate-promql.ts';

/** One MetricAlarm as DescribeAlarms answers it. */
export function describeAlarm({ alarm, memory }: AlarmAt): object {
  const { state } = memory;
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    ...(alarm.description === undefined ? {} : { AlarmDescription: alarm.description }),
    AlarmConfigurationUpdatedTimestamp: new Date(memory.configuredMs),
    ActionsEnabled: alarm.isActionsEnabled,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    StateValue: state.value,
    StateReason: memory.evaluationError ?? state.reason,
    ...(state.reasonData === undefined ? {} : { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: new Date(memory.updatedMs),
    StateTransitionedTimestamp: new Date(state.atMs),
    ...(memory.evaluationState === undefined ? {} : { EvaluationState: memory.evaluationState }),
    ...describeRule(alarm.rule),
  };
}

function describeRule(rule: AlarmRule): object {
  return rule.kind === 'promql' ? describePromql(rule) : describeClassic(rule);
}

function describePromql(rule: PromqlRule): object {
  const criteria = { Query: rule.query, PendingPeriod: rule.pendingS, RecoveryPeriod: rule.recoveryS };
  return { EvaluationCriteria: { PromQLCriteria: criteria }, EvaluationInterval: rule.intervalS };
}

function describeClassic(rule: ClassicRule): object {
  return {
    Namespace: rule.namespace,
    MetricName: rule.metricName,
    Dimensions: Object.entries(rule.dimensions).map(([Name, Value]) => ({ Name, Value })),
    Statistic: rule.statistic,
    ...(rule.unit === undefined ? {} : { Unit: rule.unit }),
    Period: rule.periodS,
    EvaluationPeriods: rule.evaluationPeriods,
    DatapointsToAlarm: rule.datapointsToAlarm,
    Threshold: rule.threshold,
    ComparisonOperator: rule.comparison,
    TreatMissingData: rule.treatMissingData,
    ...(rule.warmUp === undefined
      ? {}
      : {
          WarmUpConfiguration: {
            WarmUpPeriodDurationInMinutes: rule.warmUp.lengthMin,
            OnlyStartEvaluatingAfterWarmUpPeriodEnds: rule.warmUp.isWholePeriodWaited,
          },
        }),
  };
}
