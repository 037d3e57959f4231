import { CfnOutput, Duration, type Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCloud, type Cloud } from '../../../local/cloud.ts';
import { aTemporaryFolder, synthStack } from '../../unit/local/cloudformation/synth-app.ts';

/** A cloud with one of everything that a person may look at. */
export async function startForeignCloud(): Promise<Cloud> {
  return startCloud({
    assemblyDir: synthStack(describeApp),
    ecsServices: [
      {
        cluster: 'shop',
        service: 'worker',
        command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'],
        cwd: import.meta.dirname,
        environment: {},
        desiredCount: 1,
      },
    ],
  });
}

function describeApp(stack: Stack): void {
  const table = new dynamodb.TableV2(stack, 'Table', {
    tableName: 'things',
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
  });
  const queue = new sqs.Queue(stack, 'Queue', { queueName: 'alerts' });
  const work = new sqs.Queue(stack, 'Work', { queueName: 'work' });
  const topic = new sns.Topic(stack, 'Topic', { topicName: 'news' });
  topic.addSubscription(new EmailSubscription('ana@example.org'));
  const greet = new lambda.Function(stack, 'Greet', {
    functionName: 'greet',
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromAsset(greetCode()),
  });
  greet.addAlias('live');
  greet.addEventSource(new SqsEventSource(work));
  const rule = new events.Rule(stack, 'Rule', {
    ruleName: 'stops',
    eventPattern: { source: ['aws.ecs'] },
    targets: [new SqsQueue(work)],
  });
  new scheduler.Schedule(stack, 'Schedule', {
    schedule: scheduler.ScheduleExpression.rate(Duration.hours(1)),
    target: new SqsSendMessage(work),
  });
  const errors = new cloudwatch.Metric({ namespace: 'Shop', metricName: 'errors' });
  const alarms = ['first', 'second'].map(
    (alarmName) =>
      new cloudwatch.Alarm(stack, alarmName, {
        alarmName,
        metric: errors,
        threshold: 1,
        evaluationPeriods: 1,
      }),
  );
  for (const [name, value] of Object.entries({
    topic: topic.topicArn,
    queue: queue.queueUrl,
    function: greet.functionName,
    alarm: alarms[0]?.alarmName ?? '',
    table: table.tableName,
    rule: rule.ruleName,
  })) {
    new CfnOutput(stack, name, { value });
  }
}

function greetCode(): string {
  const folder = join(aTemporaryFolder(), 'greet');
  mkdirSync(folder);
  const source =
    'exports.handler = async ({ name }) => { console.log("greeted", name); return `hi ${name}`; };';
  writeFileSync(join(folder, 'index.js'), source);
  return folder;
}
