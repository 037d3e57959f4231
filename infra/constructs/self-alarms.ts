import { Duration, Stack } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Alarm, CfnAlarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { IConstruct } from 'constructs';
import { SELF_ALARM_PREFIX, SELF_TOPIC } from '../../shared/contract/names.ts';

/** The names of all alarms on ourselves that an app holds so far. */
export function selfAlarmsIn(app: IConstruct): string[] {
  return app.node
    .findAll()
    .flatMap((one) => (one instanceof CfnAlarm && one.alarmName !== undefined ? [one.alarmName] : []))
    .filter((name) => name.startsWith(SELF_ALARM_PREFIX));
}

/**
 * Who watches the watcher: classic alarms on our own functions and queues that speak to people
 * through SNS with none of our code in between (law 2). For what must run, missing data is breaching.
 */
export class SelfAlarms extends Construct {
  readonly #topicArn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#topicArn = Stack.of(this).formatArn({ service: 'sns', resource: SELF_TOPIC });
  }

  /** Errors of any function; for a scheduled one also silence: it must have run. */
  onFunction(
    fn: IFunction,
    name: string,
    { onErrors, isScheduled }: { onErrors: number; isScheduled: boolean },
  ): void {
    const metric = (metricName: string): Metric =>
      new Metric({
        namespace: 'AWS/Lambda',
        metricName,
        dimensionsMap: { FunctionName: fn.functionName },
        statistic: 'Sum',
        period: Duration.minutes(1),
      });
    this.#alarm(`${name}-errors`, metric('Errors'), {
      threshold: onErrors,
      operator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      missing: TreatMissingData.NOT_BREACHING,
      minutes: isScheduled ? 2 : 1,
      text: `${name} fails. Incidents may be seen late or not at all until it runs again. Its log group tells why.`,
    });
    if (!isScheduled) return;
    this.#alarm(`${name}-silent`, metric('Invocations'), {
      threshold: 1,
      operator: ComparisonOperator.LESS_THAN_THRESHOLD,
      missing: TreatMissingData.BREACHING,
      minutes: 3,
      text: `${name} has not run for three minutes although it is scheduled every minute. Homeostat is blind or mute.`,
    });
  }

  /** Messages that wait too long, and messages that could not be understood. */
  onQueue(queue: IQueue, deadLetters: IQueue, name: string): void {
    this.#alarm(
      `${name}-late`,
      queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1), statistic: 'Maximum' }),
      {
        threshold: 60,
        operator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        // An idle queue sends no age.
        missing: TreatMissingData.NOT_BREACHING,
        minutes: 2,
        text: `Alarm events wait longer than a minute in ${name}: intake does not keep up or fails.`,
      },
    );
    this.#onAnyMessage(
      deadLetters,
      `${name}-dead`,
      `${name} has dead letters: alarm events that could not be taken in. Each message carries the reason.`,
    );
  }

  /** Messages that SNS gave up on. */
  onUndelivered(queue: IQueue, name: string): void {
    this.#onAnyMessage(
      queue,
      name,
      `SNS could not deliver a message to an address of the catalog; it lies in ${name}. Correct the address in organization.yaml.`,
    );
  }

  #onAnyMessage(queue: IQueue, id: string, text: string): void {
    const metric = queue.metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(1),
      statistic: 'Maximum',
    });
    this.#alarm(id, metric, {
      threshold: 0,
      operator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      missing: TreatMissingData.NOT_BREACHING,
      minutes: 1,
      text,
    });
  }

  #alarm(
    id: string,
    metric: IMetric,
    is: {
      threshold: number;
      operator: ComparisonOperator;
      missing: TreatMissingData;
      minutes: number;
      text: string;
    },
  ): void {
    const alarm = new Alarm(this, id, {
      alarmName: `${SELF_ALARM_PREFIX}${id}`,
      alarmDescription: is.text,
      metric,
      threshold: is.threshold,
      comparisonOperator: is.operator,
      treatMissingData: is.missing,
      evaluationPeriods: is.minutes,
    });
    // No word of the OK: every new alarm begins with one, and a first deployment would send dozens.
    alarm.addAlarmAction({ bind: () => ({ alarmActionArn: this.#topicArn }) });
  }
}
