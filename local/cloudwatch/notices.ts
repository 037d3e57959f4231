import { createHash } from 'node:crypto';
import type { BusEvent } from '../kernel/kernel.ts';
import type { Delivery } from '../kernel/service.ts';
import type { Alarm, ClassicRule, StateAt } from './alarm.ts';
import { awsTimestamp } from './aws-time.ts';
import { regionName } from './region-name.ts';
import type { Transition } from './transition.ts';

export interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** What a change of state sends out: an event on the bus, or one of the alarm's actions. */
export type Notice =
  | { readonly kind: 'event'; readonly event: BusEvent }
  | {
      readonly kind: 'action';
      readonly alarmName: string;
      readonly contributor?: Transition['contributor'];
      readonly target: string;
      readonly delivery: Delivery;
    };

/** The event first, then the actions in the order of the alarm's definition. */
export function noticesOf(transition: Transition, place: Place, configuredMs: number): Notice[] {
  const { alarm, contributor } = transition;
  const targets = transition.isActedOn && alarm.isActionsEnabled ? alarm.actions[transition.to.value] : [];
  const notices: Notice[] = [{ kind: 'event', event: eventOf(transition) }];
  for (const target of targets) {
    const delivery = deliveryOf(transition, target, place, configuredMs);
    const ofContributor = contributor === undefined ? {} : { contributor };
    notices.push({ kind: 'action', alarmName: alarm.name, target, delivery, ...ofContributor });
  }
  return notices;
}

/** Shapes from the CloudWatch user guide, "Alarm events and EventBridge". */
function eventOf({ alarm, from, to, contributor }: Transition): BusEvent {
  const base = { source: 'aws.cloudwatch', resources: [alarm.arn] };
  if (contributor !== undefined) {
    const detail = {
      alarmName: alarm.name,
      alarmContributor: contributor,
      state: stateOf(to),
      configuration: configurationOf(alarm),
    };
    return { ...base, detailType: 'CloudWatch Alarm Contributor State Change', detail };
  }
  const detail = {
    alarmName: alarm.name,
    state: stateOf(to),
    previousState: stateOf(from),
    configuration: configurationOf(alarm),
  };
  return { ...base, detailType: 'CloudWatch Alarm State Change', detail };
}

function deliveryOf(transition: Transition, target: string, place: Place, configuredMs: number): Delivery {
  const sourceArn = transition.alarm.arn;
  if (!target.startsWith('arn:aws:lambda:')) {
    const { name } = transition.alarm;
    // SNS takes at most 100 characters.
    const subject = `${transition.to.value}: "${name}" in ${regionName(place.region)}`.slice(0, 100);
    const message = JSON.stringify(snsMessage(transition, place, configuredMs));
    return { payload: { subject, message }, from: 'cloudwatch.amazonaws.com', sourceArn };
  }
  return {
    payload: lambdaEvent(transition, place),
    from: 'lambda.alarms.cloudwatch.amazonaws.com',
    sourceArn,
  };
}

/** CloudWatch user guide, "Schema of Amazon SNS notifications" and, for PromQL alarms, "Alarm actions". */
function snsMessage(
  { alarm, from, to, contributor }: Transition,
  place: Place,
  configuredMs: number,
): object {
  const { rule } = alarm;
  return {
    AlarmName: alarm.name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: place.accountId,
    AlarmConfigurationUpdatedTimestamp: awsTimestamp(configuredMs),
    NewStateValue: to.value,
    // Notifications of PromQL alarms carry no reason.
    ...(rule.kind === 'classic' ? { NewStateReason: to.reason } : {}),
    StateChangeTime: awsTimestamp(to.atMs),
    Region: regionName(place.region),
    AlarmArn: alarm.arn,
    OldStateValue: from.value,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    ...(contributor === undefined
      ? {}
      : { AlarmContributorId: contributor.id, AlarmContributorAttributes: contributor.attributes }),
    ...(rule.kind === 'classic' ? { Trigger: triggerOf(rule) } : {}),
  };
}

const STATISTICS = {
  Average: 'AVERAGE',
  Maximum: 'MAXIMUM',
  Minimum: 'MINIMUM',
  SampleCount: 'SAMPLE_COUNT',
  Sum: 'SUM',
} as const;

function triggerOf(rule: ClassicRule): object {
  return {
    MetricName: rule.metricName,
    Namespace: rule.namespace,
    StatisticType: 'Statistic',
    Statistic: STATISTICS[rule.statistic],
    Unit: rule.unit ?? null,
    Dimensions: Object.entries(rule.dimensions).map(([name, value]) => ({ value, name })),
    Period: rule.periodS,
    EvaluationPeriods: rule.evaluationPeriods,
    DatapointsToAlarm: rule.datapointsToAlarm,
    ComparisonOperator: rule.comparison,
    Threshold: rule.threshold,
    TreatMissingData: rule.treatMissingData,
    EvaluateLowSampleCountPercentile: '',
  };
}

/**
 * CloudWatch user guide, "Event object sent from CloudWatch to Lambda". What it looks like for a
 * contributor is not documented: `alarmContributor` is as in the event, the states are the contributor's.
 */
function lambdaEvent({ alarm, from, to, contributor }: Transition, place: Place): object {
  return {
    source: 'aws.cloudwatch',
    alarmArn: alarm.arn,
    accountId: place.accountId,
    time: awsTimestamp(to.atMs),
    region: place.region,
    alarmData: {
      alarmName: alarm.name,
      ...(contributor === undefined ? {} : { alarmContributor: contributor }),
      state: stateOf(to),
      previousState: stateOf(from),
      configuration: configurationOf(alarm),
    },
  };
}

function stateOf(state: StateAt): object {
  return {
    value: state.value,
    reason: state.reason,
    ...(state.reasonData === undefined ? {} : { reasonData: state.reasonData }),
    timestamp: awsTimestamp(state.atMs),
  };
}

function configurationOf({ name, description, rule }: Alarm): object {
  const shown = description === undefined ? {} : { description };
  if (rule.kind === 'promql') return shown;
  const metric = { namespace: rule.namespace, name: rule.metricName, dimensions: rule.dimensions };
  const unit = rule.unit === undefined ? {} : { unit: rule.unit };
  const metricStat = { metric, period: rule.periodS, stat: rule.statistic, ...unit };
  return { ...shown, metrics: [{ id: uuidOf(name), metricStat, returnData: true }] };
}

/** AWS gives each metric of an alarm a random UUID; here it follows from the name, so that it stays the same. */
function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
