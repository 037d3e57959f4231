// SQS, SNS and ECS of the embedded cloud, spoken to by the unmodified SDK clients over HTTP.
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  ServiceNotFoundException,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  GetTopicAttributesCommand,
  InvalidParameterException,
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openDoor, type Door } from '../../../local/door/door.ts';
import { createEcs, type Ecs } from '../../../local/ecs/ecs.ts';
import type { Kernel } from '../../../local/kernel/kernel.ts';
import { realClock } from '../../../local/kernel/real-clock.ts';
import type { Service } from '../../../local/kernel/service.ts';
import { createSns, type Sns } from '../../../local/sns/sns.ts';
import { createSqs } from '../../../local/sqs/sqs.ts';
import { createFakeKernel } from '../../fakes/fake-kernel.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:alerts';
const TopicArn = 'arn:aws:sns:us-east-1:123456789012:system-shop';
const QueueUrl = 'http://127.0.0.1:4566/123456789012/alerts';
const credentials = { accessKeyId: 'owner', secretAccessKey: 'secret' };

const clock = realClock();
let door: Door;
let sns: Sns;
let ecs: Ecs;
let queues: SQSClient;
let topics: SNSClient;
let containers: ECSClient;

async function put(service: Service, type: string, properties: Record<string, unknown>): Promise<void> {
  const provider = service.resources?.find((one) => one.type === type);
  await provider?.put({ stack: 'app', logicalId: 'X', suggestedName: 'app-X', properties });
}

beforeAll(async () => {
  const sqs = createSqs({ ...createFakeKernel(), clock });
  const kernel: Kernel = {
    ...createFakeKernel(),
    clock,
    deliver: async (arn, delivery) => sqs.receive?.(arn, delivery),
  };
  sns = createSns(kernel);
  ecs = createEcs(kernel);
  await put(sqs, 'AWS::SQS::Queue', { QueueName: 'alerts' });
  await put(sns, 'AWS::SNS::Topic', { TopicName: 'system-shop' });
  await ecs.defineService({
    cluster: 'shop',
    service: 'worker',
    command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'],
    cwd: import.meta.dirname,
    environment: {},
    desiredCount: 1,
  });
  for (const service of [sqs, sns, ecs]) await service.start?.();
  door = await openDoor({
    services: [sqs, sns, ecs],
    roleOf: () => undefined,
    clock,
    log: () => undefined,
  });
  const settings = { region: 'us-east-1', endpoint: door.endpoint, credentials, maxAttempts: 1 };
  queues = new SQSClient(settings);
  topics = new SNSClient(settings);
  containers = new ECSClient(settings);
});

afterAll(async () => {
  await door.close();
  await ecs.stop?.();
  clock.stop();
});

const receive = (waitS = 0) =>
  queues.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: waitS,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
  );

test('SQS: send, receive, delete; the client checks the digests', async () => {
  const MessageAttributes = {
    team: { DataType: 'String', StringValue: 'shop' },
    blob: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 3]) },
  };
  await queues.send(new SendMessageCommand({ QueueUrl, MessageBody: 'héllo', MessageAttributes }));
  const { Messages } = await receive();
  expect(Messages).toMatchObject([
    { Body: 'héllo', Attributes: { ApproximateReceiveCount: '1', SenderId: 'owner' }, MessageAttributes },
  ]);
  const ReceiptHandle = Messages?.[0]?.ReceiptHandle;
  await queues.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 60 }));
  await queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  const { Attributes } = await queues.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  expect(Attributes).toMatchObject({ QueueArn: QUEUE, ApproximateNumberOfMessagesNotVisible: '0' });
});

test('SQS: batches and errors', async () => {
  const Entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: Id }));
  const sent = await queues.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['a', 'b']);
  const { Messages = [] } = await receive();
  const deleted = await queues.send(
    new DeleteMessageBatchCommand({
      QueueUrl,
      Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
    }),
  );
  expect(deleted.Successful).toHaveLength(2);
  await expect(
    queues.send(new SendMessageCommand({ QueueUrl: `${QueueUrl}-gone`, MessageBody: 'x' })),
  ).rejects.toBeInstanceOf(QueueDoesNotExist);
});

test('SNS: a message with attributes reaches queue and outbox', async () => {
  const { SubscriptionArn } = await topics.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: 'sqs',
      Endpoint: QUEUE,
      Attributes: { RawMessageDelivery: 'true', FilterPolicy: '{"severity":["critical"]}' },
    }),
  );
  await topics.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'ana@example.org' }));
  const listed = await topics.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(listed.Subscriptions?.map((one) => one.SubscriptionArn)).toContain(SubscriptionArn);
  const { Attributes } = await topics.send(new GetTopicAttributesCommand({ TopicArn }));
  expect(Attributes).toMatchObject({ TopicArn, SubscriptionsConfirmed: '2' });

  const MessageAttributes = { severity: { DataType: 'String', StringValue: 'critical' } };
  const { MessageId } = await topics.send(
    new PublishCommand({ TopicArn, Subject: 'P0', Message: 'down & out', MessageAttributes }),
  );
  const { Messages } = await receive(5);
  expect(Messages).toMatchObject([{ Body: 'down & out', MessageAttributes }]);
  expect(sns.outbox()).toMatchObject([{ messageId: MessageId, attributes: { severity: 'critical' } }]);
  const answer = (await (await fetch(`${door.endpoint}/_homeostat/outbox`)).json()) as {
    messages: unknown[];
  };
  expect(answer.messages).toHaveLength(1);
});

test('SNS: batches and errors', async () => {
  const answer = await topics.send(
    new PublishBatchCommand({
      TopicArn,
      PublishBatchRequestEntries: [
        { Id: 'a', Message: 'one', MessageAttributes: { kind: { DataType: 'String', StringValue: 'page' } } },
        { Id: 'b', Message: 'two', Subject: 'x\ny' },
      ],
    }),
  );
  expect(answer).toMatchObject({ Successful: [{ Id: 'a' }], Failed: [{ Id: 'b', SenderFault: true }] });
  expect(sns.outbox().at(-1)).toMatchObject({ message: 'one', attributes: { kind: 'page' } });
  await expect(topics.send(new PublishCommand({ TopicArn, Message: '' }))).rejects.toBeInstanceOf(
    InvalidParameterException,
  );
});

test('ECS: a service is described, restarted, and its new task found', async () => {
  const names = { cluster: 'shop', services: ['worker'] };
  const steady = () =>
    vi.waitFor(
      async () => {
        const { services } = await containers.send(new DescribeServicesCommand(names));
        expect(services?.[0]?.deployments?.map(({ rolloutState }) => rolloutState)).toEqual(['COMPLETED']);
        return services?.[0];
      },
      { timeout: 15_000, interval: 50 },
    );
  const before = await steady();
  expect(before?.createdAt).toBeInstanceOf(Date);
  const { service } = await containers.send(
    new UpdateServiceCommand({ cluster: 'shop', service: 'worker', forceNewDeployment: true }),
  );
  expect(service?.deployments?.map(({ status }) => status)).toEqual(['PRIMARY', 'ACTIVE']);
  const after = await steady();
  expect(after?.deployments?.[0]?.id).toBe(service?.deployments?.[0]?.id);
  const { taskArns } = await containers.send(
    new ListTasksCommand({ cluster: 'shop', serviceName: 'worker' }),
  );
  const { tasks } = await containers.send(new DescribeTasksCommand({ cluster: 'shop', tasks: taskArns }));
  expect(tasks).toMatchObject([{ lastStatus: 'RUNNING', startedBy: after?.deployments?.[0]?.id }]);
  await expect(
    containers.send(new UpdateServiceCommand({ cluster: 'shop', service: 'gone' })),
  ).rejects.toBeInstanceOf(ServiceNotFoundException);
});
