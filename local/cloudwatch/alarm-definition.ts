import { MOST_QUERY_CHARACTERS } from '../../shared/contract/promql-limits.ts';
import * as z from 'zod';
import { AwsError } from '../kernel/service.ts';
import type { Alarm, AlarmRule, ClassicRule, PromqlRule } from './alarm.ts';

const Whole = z.coerce.number().int();
const Flag = z.union([z.boolean(), z.stringbool()]);
const Actions = z.array(z.string().max(1024)).max(5).default([]);

/**
 * The members of PutMetricAlarm and the properties of AWS::CloudWatch::Alarm that are understood; both
 * have the same names. Anything else is an error that names it, so that nothing is ignored in silence.
 */
const Input = z.strictObject({
  AlarmName: z.string().min(1).max(255).optional(),
  AlarmDescription: z.string().max(1024).optional(),
  ActionsEnabled: Flag.default(true),
  AlarmActions: Actions,
  OKActions: Actions,
  InsufficientDataActions: Actions,
  Tags: z.unknown().optional(),
  EvaluationCriteria: z
    .strictObject({
      PromQLCriteria: z.strictObject({
        Query: z.string().min(1).max(MOST_QUERY_CHARACTERS),
        PendingPeriod: Whole.min(0).max(86_400).default(0),
        RecoveryPeriod: Whole.min(0).max(86_400).default(0),
      }),
    })
    .optional(),
  EvaluationInterval: Whole.refine((s) => [10, 20, 30].includes(s) || (s % 60 === 0 && s > 0 && s <= 3600), {
    error: 'must be 10, 20, 30 or a multiple of 60 up to 3600',
  }).optional(),
  Namespace: z.string().min(1).max(255).optional(),
  MetricName: z.string().min(1).max(255).optional(),
  Dimensions: z
    .array(z.strictObject({ Name: z.string(), Value: z.string() }))
    .max(30)
    .default([]),
  Statistic: z.enum(['Average', 'Maximum', 'Minimum', 'SampleCount', 'Sum']).optional(),
  Unit: z.string().optional(),
  Period: Whole.refine((s) => [10, 20, 30].includes(s) || (s % 60 === 0 && s > 0), {
    error: 'must be 10, 20, 30 or a multiple of 60',
  }).optional(),
  EvaluationPeriods: Whole.min(1).optional(),
  DatapointsToAlarm: Whole.min(1).optional(),
  Threshold: z.coerce.number().optional(),
  ComparisonOperator: z
    .enum([
      'GreaterThanOrEqualToThreshold',
      'GreaterThanThreshold',
      'LessThanThreshold',
      'LessThanOrEqualToThreshold',
    ])
    .optional(),
  TreatMissingData: z.enum(['missing', 'ignore', 'breaching', 'notBreaching']).default('missing'),
  WarmUpConfiguration: z
    .strictObject({
      WarmUpPeriodDurationInMinutes: Whole.min(1),
      OnlyStartEvaluatingAfterWarmUpPeriodEnds: Flag.default(false),
    })
    .optional(),
});
type Input = z.infer<typeof Input>;

const CLASSIC_ONLY = ['Namespace', 'MetricName', 'Period', 'EvaluationPeriods', 'Threshold'] as const;

/**
 * Reads the definition of an alarm, PromQL or classic.
 *
 * @param properties of the CloudFormation resource, or the input of PutMetricAlarm
 * @param place for the ARN, and the name where the definition has none
 * @throws AwsError ValidationError with every problem at once
 */
export function readAlarm(
  properties: unknown,
  place: { readonly region: string; readonly accountId: string; readonly suggestedName?: string },
): Alarm {
  const read = Input.safeParse(properties);
  if (!read.success) throw invalid(`The alarm's definition is wrong:\n${z.prettifyError(read.error)}`);
  const input = read.data;
  const name = input.AlarmName ?? place.suggestedName;
  if (name === undefined) throw invalid('AlarmName is missing. Give the alarm a name.');
  return {
    name,
    arn: `arn:aws:cloudwatch:${place.region}:${place.accountId}:alarm:${name}`,
    ...(input.AlarmDescription === undefined ? {} : { description: input.AlarmDescription }),
    isActionsEnabled: input.ActionsEnabled,
    actions: {
      ALARM: input.AlarmActions,
      OK: input.OKActions,
      INSUFFICIENT_DATA: input.InsufficientDataActions,
    },
    rule: readRule(name, input),
  };
}

function readRule(name: string, input: Input): AlarmRule {
  return input.EvaluationCriteria === undefined
    ? readClassic(name, input)
    : readPromql(name, input, input.EvaluationCriteria.PromQLCriteria);
}

function readPromql(
  name: string,
  input: Input,
  criteria: { readonly Query: string; readonly PendingPeriod: number; readonly RecoveryPeriod: number },
): PromqlRule {
  const mixed = CLASSIC_ONLY.filter((member) => input[member] !== undefined);
  if (mixed.length > 0) {
    throw invalid(`Alarm "${name}" has EvaluationCriteria and ${mixed.join(', ')}: use one or the other.`);
  }
  if (input.EvaluationInterval === undefined) {
    throw invalid(`Alarm "${name}" has EvaluationCriteria but no EvaluationInterval (seconds).`);
  }
  return {
    kind: 'promql',
    query: criteria.Query,
    pendingS: criteria.PendingPeriod,
    recoveryS: criteria.RecoveryPeriod,
    intervalS: input.EvaluationInterval,
  };
}

function readClassic(name: string, input: Input): ClassicRule {
  const need = <T>(member: keyof Input, value: T | undefined): T => {
    if (value !== undefined) return value;
    throw invalid(`Alarm "${name}" has no ${member}. A classic alarm watches one metric and needs it.`);
  };
  if (input.EvaluationInterval !== undefined) {
    throw invalid(`Alarm "${name}" has an EvaluationInterval, which only PromQL alarms have.`);
  }
  const evaluationPeriods = need('EvaluationPeriods', input.EvaluationPeriods);
  const datapointsToAlarm = input.DatapointsToAlarm ?? evaluationPeriods;
  if (datapointsToAlarm > evaluationPeriods) {
    throw invalid(
      `Alarm "${name}": DatapointsToAlarm ${datapointsToAlarm} is over EvaluationPeriods ${evaluationPeriods}.`,
    );
  }
  const warmUp = input.WarmUpConfiguration;
  return {
    kind: 'classic',
    namespace: need('Namespace', input.Namespace),
    metricName: need('MetricName', input.MetricName),
    dimensions: sortedDimensions(input.Dimensions),
    statistic: need('Statistic', input.Statistic),
    ...(input.Unit === undefined ? {} : { unit: input.Unit }),
    periodS: need('Period', input.Period),
    evaluationPeriods,
    datapointsToAlarm,
    threshold: need('Threshold', input.Threshold),
    comparison: need('ComparisonOperator', input.ComparisonOperator),
    treatMissingData: input.TreatMissingData,
    ...(warmUp === undefined
      ? {}
      : {
          warmUp: {
            lengthMin: warmUp.WarmUpPeriodDurationInMinutes,
            isWholePeriodWaited: warmUp.OnlyStartEvaluatingAfterWarmUpPeriodEnds,
          },
        }),
  };
}

function sortedDimensions(dimensions: Input['Dimensions']): Record<string, string> {
  const sorted = dimensions.toSorted((a, b) => (a.Name < b.Name ? -1 : 1));
  return Object.fromEntries(sorted.map(({ Name, Value }) => [Name, Value]));
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message, 400);
}
