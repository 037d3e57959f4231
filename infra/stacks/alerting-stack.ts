import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Rule } from 'aws-cdk-lib/aws-events';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { CfnPermission, EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { ALARM_PREFIX } from '../../shared/contract/alarm-name.ts';
import { MEMORY_MB } from '../../shared/contract/function-sizes.ts';
import { FUNCTION_NAMES, INTAKE_DEAD_LETTERS, INTAKE_QUEUE } from '../../shared/contract/names.ts';
import { commonEnvironment } from '../constructs/common-environment.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { OpsFunction } from '../constructs/ops-function.ts';
import {
  publishes,
  readsContributors,
  readsSeries,
  startsRecoveries,
  writesTheLog,
} from '../constructs/rights.ts';
import { SelfAlarms } from '../constructs/self-alarms.ts';
import { ToQueue } from '../constructs/to-queue.ts';
import type { Deployment } from '../deployment.ts';

/** From alarm to incident: EventBridge -> SQS -> intake, and a direct road for critical alarms. */
export class AlertingStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    deployment: Deployment & { readonly table: TableV2; readonly topicKey: Key },
  ) {
    super(scope, id, { description: 'Homeostat: intake of alarms' });
    const { table, topicKey } = deployment;
    const deadLetters = new Queue(this, 'DeadLetters', {
      queueName: INTAKE_DEAD_LETTERS,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(deadLetters, 'Serverless-SQSRedrivePolicy', 'it holds the dead letters itself');
    const timeout = Duration.seconds(30);
    const queue = new Queue(this, 'AlarmEvents', {
      queueName: INTAKE_QUEUE,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // AWS asks for six times the function's time-out.
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
    });
    new SelfAlarms(this, 'QueueAlarms').onQueue(queue, deadLetters, INTAKE_QUEUE);
    const intake = new OpsFunction(this, 'Intake', {
      deployment,
      room: 'intake',
      functionName: FUNCTION_NAMES.intake,
      timeout,
      memoryMb: MEMORY_MB.intake,
      environment: { ...commonEnvironment(this, table), DEAD_LETTERS_URL: deadLetters.queueUrl },
      rights: [
        writesTheLog(table),
        ...publishes(this, topicKey),
        startsRecoveries(this),
        readsContributors(),
        readsSeries(),
        {
          why: 'takes alarm events from the queue',
          actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
          resources: [queue.queueArn],
        },
        {
          why: 'puts aside what cannot be understood, with the reason',
          actions: ['sqs:SendMessage'],
          resources: [deadLetters.queueArn],
        },
      ],
      alarm: { onErrors: 3, isScheduled: false },
      lostRun:
        'alarms call it directly only to be quick; the queue, which has dead letters, tells the same again',
    });
    // Not SqsEventSource: that would grant rights of its own, wider than the list above.
    const mapping = new EventSourceMapping(this, 'TakesAlarmEvents', {
      target: intake.function,
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      // Few at a time: they all write to the same streams.
      maxConcurrency: 2,
      reportBatchItemFailures: true,
    });
    acknowledge(
      mapping,
      'Serverless-LambdaEventSourceMappingDestination',
      'a queue takes no destination; what fails five times goes to the dead letters of the queue',
    );
    new Rule(this, 'AlarmChanges', {
      description: 'State changes of our PromQL alarms and their contributors',
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change', 'CloudWatch Alarm Contributor State Change'],
        detail: { alarmName: [{ prefix: ALARM_PREFIX }] },
      },
      targets: [new ToQueue(queue, deadLetters)],
    });
    this.#letAlarmsCall(intake.function);
  }

  /** One permission for all alarms: a function's policy has room for about fifty (20 KB). */
  #letAlarmsCall(intake: IFunction): void {
    new CfnPermission(this, 'AlarmsMayCall', {
      action: 'lambda:InvokeFunction',
      functionName: intake.functionName,
      principal: 'lambda.alarms.cloudwatch.amazonaws.com',
      sourceAccount: this.account,
      sourceArn: this.formatArn({
        service: 'cloudwatch',
        resource: 'alarm',
        resourceName: `${ALARM_PREFIX}*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    });
  }
}
