import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CfnOutput, type Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as sns from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { startCloud, type Cloud } from '../../../local/cloud.ts';
import { aTemporaryFolder, synthStack } from './cloudformation/synth-app.ts';

const running: Cloud[] = [];
afterEach(async () => {
  for (const cloud of running.splice(0)) await cloud.stop();
});

function describeApp(stack: Stack): void {
  const table = new dynamodb.TableV2(stack, 'Table', {
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
  });
  const queue = new sqs.Queue(stack, 'Queue');
  const topic = new sns.Topic(stack, 'Topic');
  topic.addSubscription(new SqsSubscription(queue, { rawMessageDelivery: true }));
  for (const [name, value] of Object.entries({
    table: table.tableName,
    queue: queue.queueUrl,
    topic: topic.topicArn,
  })) {
    new CfnOutput(stack, name, { value });
  }
}

async function aCloud(assemblyDir: string, stateDir?: string) {
  const cloud = await startCloud({ assemblyDir, ...(stateDir === undefined ? {} : { stateDir }) });
  running.push(cloud);
  const { endpoint, region } = cloud;
  const settings = {
    endpoint,
    region,
    credentials: { accessKeyId: 'owner', secretAccessKey: 'x' },
    maxAttempts: 1,
  };
  const output = (name: string) => String(cloud.stacks[0]?.outputs[name]);
  return { cloud, settings, output };
}

test('an app of the CDK runs in memory: what is published arrives', async () => {
  const { settings, output } = await aCloud(synthStack(describeApp));
  await new SNSClient(settings).send(new PublishCommand({ TopicArn: output('topic'), Message: 'hello' }));
  const receive = new ReceiveMessageCommand({ QueueUrl: output('queue'), WaitTimeSeconds: 10 });
  const { Messages: messages } = await new SQSClient(settings).send(receive);
  expect(messages?.map(({ Body: body }) => body)).toEqual(['hello']);
});

test('state is there again after a stop, under another address', async () => {
  const assemblyDir = synthStack(describeApp);
  const stateDir = join(aTemporaryFolder(), 'state');
  const first = await aCloud(assemblyDir, stateDir);
  const key = { pk: { S: 'kept' } };
  await new DynamoDBClient(first.settings).send(
    new PutItemCommand({ TableName: first.output('table'), Item: key }),
  );
  await new SNSClient(first.settings).send(
    new PublishCommand({ TopicArn: first.output('topic'), Message: 'm' }),
  );
  await first.cloud.stop();

  const { settings, output } = await aCloud(assemblyDir, stateDir);
  const get = new GetItemCommand({ TableName: output('table'), Key: key });
  expect((await new DynamoDBClient(settings).send(get)).Item).toEqual(key);
  const receive = new ReceiveMessageCommand({ QueueUrl: output('queue'), WaitTimeSeconds: 10 });
  expect((await new SQSClient(settings).send(receive)).Messages).toHaveLength(1);
});
