import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CfnOutput, type Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as sns from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
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

test.each([
  { cloudLike: false, seen: 1 },
  { cloudLike: true, seen: 0 },
])('with cloudLike $cloudLike a new metric name gives $seen series at once', async ({ cloudLike, seen }) => {
  const cloud = await startCloud({ assemblyDir: synthStack(describeApp), cloudLike });
  running.push(cloud);
  const dataPoints = [{ timeUnixNano: `${Date.now()}000000`, asDouble: 1 }];
  const body = JSON.stringify({
    resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'jobs', gauge: { dataPoints } }] }] }],
  });
  const authorization = 'AWS4-HMAC-SHA256 Credential=OWNER/20260101/us-east-1/monitoring/aws4_request';
  const headers = { 'content-type': 'application/json', authorization };
  const unsigned = await fetch(`${cloud.endpoint}/v1/metrics`, { method: 'POST', body });
  expect(unsigned.status).toBe(403);
  const sent = await fetch(`${cloud.endpoint}/v1/metrics`, { method: 'POST', headers, body });
  expect(sent.status).toBe(200);
  const found = await fetch(`${cloud.endpoint}/api/v1/query?query=jobs`, { headers });
  const { data } = (await found.json()) as { data: { result: unknown[] } };
  expect(data.result).toHaveLength(seen);
});

test('a web hook on this machine confirms by visiting its SubscribeURL, and is told', async () => {
  const told: string[] = [];
  const receiver = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      response.end();
      const { SubscribeURL: url, Message: message } = JSON.parse(Buffer.concat(chunks).toString()) as {
        SubscribeURL?: string;
        Message: string;
      };
      if (url === undefined) told.push(message);
      else told.push(`confirmed: ${String((await fetch(url)).status)}`);
    })();
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  onTestFinished(() => {
    receiver.closeAllConnections();
    receiver.close();
  });
  const endpoint = `http://127.0.0.1:${String((receiver.address() as AddressInfo).port)}/`;
  const { settings, output } = await aCloud(
    synthStack((stack) => {
      const topic = new sns.Topic(stack, 'Topic');
      const protocol = sns.SubscriptionProtocol.HTTP;
      new sns.Subscription(stack, 'Hook', { topic, protocol, endpoint });
      new CfnOutput(stack, 'topic', { value: topic.topicArn });
    }),
  );
  await expect.poll(() => told, { timeout: 10_000 }).toEqual(['confirmed: 200']);
  await new SNSClient(settings).send(new PublishCommand({ TopicArn: output('topic'), Message: 'hello' }));
  await expect.poll(() => told, { timeout: 10_000 }).toEqual(['confirmed: 200', 'hello']);
});
