import type { Kernel } from '../kernel/kernel.ts';
import { fromDelivery } from '../kernel/message-attributes.ts';
import { AwsError, type Delivery, type ResourceProvider, type Service } from '../kernel/service.ts';
import { bodyDigest, receiptHandle, systemAttributes, type StoredMessage } from './message.ts';
import { openMessageStore } from './message-store.ts';
import { madeQueueOperations, restoreMadeQueues, type MadeQueuesDeps } from './made-queues.ts';
import { needsToSend, sqsNeeds } from './needs.ts';
import { nameOf, sqsOperations } from './operations.ts';
import { SQS_QUERY } from './query-protocol.ts';
import { createQueuePolicies } from './queue-policies.ts';
import { Queue, type QueueDeps } from './queue.ts';
import { readQueueSettings, type QueueSettings } from './queue-settings.ts';
import { checkMessage } from './send-message.ts';

/** How often the metrics of queues are vended: a person does not want to wait. */
const METRICS_EVERY_MS = 10_000;
/** Once a minute (SQS developer guide, "Available CloudWatch metrics for Amazon SQS"). */
export const AWS_METRICS_EVERY_MS = 60_000;

export interface SqsOptions {
  /** How often the metrics of queues are vended. Default 10 s, where AWS takes a minute. */
  readonly metricsEveryMs?: number;
  /** So many messages of a queue may be received and not yet deleted. Default 120,000 as on AWS; less is for tests. */
  readonly maxInFlight?: number;
}

/** SQS developer guide, "Amazon SQS standard queue quotas". */
const MAX_IN_FLIGHT = 120_000;

/** A message as the event source of Lambda hands it on: the member names of the Lambda event. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, LambdaAttribute>>;
  readonly md5OfBody: string;
}

interface LambdaAttribute {
  readonly stringValue?: string;
  readonly binaryValue?: string;
  readonly stringListValues: readonly string[];
  readonly binaryListValues: readonly string[];
  readonly dataType: string;
}

/** Standard queues of the embedded cloud. */
export interface Sqs extends Service {
  /** For the event source of Lambda. */
  readonly queues: {
    /**
     * Receives up to `max` messages (never more than 10), waiting up to `waitMs` for the first one.
     *
     * @throws AwsError `QueueDoesNotExist`
     */
    readonly receive: (queueArn: string, max: number, waitMs: number) => Promise<ReceivedMessage[]>;
    /** Deletes what was worked on. A receipt that is stale is no error. */
    readonly deleteMessages: (queueArn: string, receiptHandles: readonly string[]) => Promise<void>;
    /** @throws AwsError `QueueDoesNotExist` */
    readonly visibilityTimeoutS: (queueArn: string) => number;
  };
}

export function createSqs(kernel: Kernel, options: SqsOptions = {}): Sqs {
  const arnPrefix = `arn:aws:sqs:${kernel.region}:${kernel.accountId}:`;
  const state = kernel.state('sqs');
  const store = openMessageStore(state);
  const policies = createQueuePolicies(arnPrefix);
  const queues = new Map<string, Queue>();

  const named = (name: string): Queue => {
    const queue = queues.get(name);
    if (queue !== undefined) return queue;
    throw new AwsError(
      'QueueDoesNotExist',
      `The specified queue does not exist: ${name} in ${kernel.region}.`,
    );
  };
  const byArn = (arn: string): Queue => named(arn.startsWith(arnPrefix) ? arn.slice(arnPrefix.length) : arn);
  const urlOf = (name: string): string => `${kernel.endpoint()}/${kernel.accountId}/${name}`;
  const deps: QueueDeps = {
    clock: kernel.clock,
    store,
    maxInFlight: options.maxInFlight ?? MAX_IN_FLIGHT,
    redrive: (message, from) => {
      const target = queues.get(from.redrive?.deadLetterTargetArn.slice(arnPrefix.length) ?? '');
      target?.adopt(message, from.arn);
      return target !== undefined;
    },
  };
  const queueProvider: ResourceProvider = {
    type: 'AWS::SQS::Queue',
    put: (resource) => {
      const settings = readQueueSettings(resource, arnPrefix);
      const { name, arn } = settings;
      refuseClosedDeadLetters(settings, queues, arnPrefix);
      const known = queues.get(name);
      if (known === undefined) queues.set(name, new Queue(settings, deps));
      else known.settings = settings;
      const ref = urlOf(name);
      return { ref, attributes: { Arn: arn, QueueName: name, QueueUrl: ref } };
    },
    remove: (ref) => {
      const name = nameOf(ref);
      // The URL of a queue changes with the port of the cloud; the queue itself is still declared.
      if (!queues.has(name)) store.forget(name);
    },
  };
  const madeQueues: MadeQueuesDeps = {
    made: state.table('made_queues'),
    accountId: kernel.accountId,
    has: (name) => queues.has(name),
    urlOf,
    nameOf,
    queueProvider,
    policyProvider: policies.provider,
    end: (name) => {
      named(name).stop();
      queues.delete(name);
      store.forget(name);
    },
  };
  return {
    name: 'sqs',
    rpc: {
      targetPrefix: 'AmazonSQS',
      jsonVersion: '1.0',
      ...SQS_QUERY,
      operations: {
        ...sqsOperations({ named, urlOf, names: () => [...queues.keys()].sort() }),
        ...madeQueueOperations(madeQueues),
      },
    },
    resources: [queueProvider, policies.provider],
    needs: sqsNeeds(arnPrefix),
    needsToReceive: needsToSend,
    policies: policies.policies,
    receive: async (arn, delivery) => {
      accept(byArn(arn), delivery);
    },
    queues: {
      receive: async (queueArn, max, waitMs) =>
        (await byArn(queueArn).receive(Math.min(max, 10), waitMs)).map((message) => received(message)),
      deleteMessages: async (queueArn, receiptHandles) => {
        const queue = byArn(queueArn);
        store.atomically(() => {
          for (const handle of receiptHandles) queue.delete(handle);
        });
      },
      visibilityTimeoutS: (queueArn) => byArn(queueArn).settings.visibilityTimeoutS,
    },
    start: async () => {
      await restoreMadeQueues(madeQueues);
      kernel.clock.every(options.metricsEveryMs ?? METRICS_EVERY_MS, () => {
        for (const queue of queues.values()) vend(kernel, queue);
      });
    },
    stop: async () => {
      for (const queue of queues.values()) queue.stop();
    },
  };
}

/** SQS does not take a queue whose dead-letter queue is not open to it (SQS API reference, RedriveAllowPolicy). */
function refuseClosedDeadLetters(
  { arn, redrive }: QueueSettings,
  queues: ReadonlyMap<string, Queue>,
  arnPrefix: string,
): void {
  const target = queues.get(redrive?.deadLetterTargetArn.slice(arnPrefix.length) ?? '');
  if (target === undefined || target.settings.mayRedriveFrom(arn)) return;
  throw new AwsError(
    'InvalidParameterValue',
    `The RedriveAllowPolicy of ${target.settings.arn} does not let ${arn} use it as its dead-letter queue. Name it in sourceQueueArns.`,
  );
}

function accept(queue: Queue, { payload, from, attributes }: Delivery): void {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const message = { body, attributes: fromDelivery(attributes), system: { SenderId: from } };
  checkMessage(queue, message);
  queue.send(message);
}

function received(message: StoredMessage): ReceivedMessage {
  const messageAttributes = Object.entries(message.attributes).map(
    ([name, { DataType, StringValue, BinaryValue }]): [string, LambdaAttribute] => [
      name,
      {
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ],
  );
  return {
    messageId: message.messageId,
    receiptHandle: receiptHandle(message),
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: Object.fromEntries(messageAttributes),
    md5OfBody: bodyDigest(message.body),
  };
}

/** Names and units of the SQS developer guide, "Available CloudWatch metrics for Amazon SQS". */
function vend(kernel: Kernel, queue: Queue): void {
  const { visible, inFlight, oldestAgeS } = queue.counts();
  const samples: [name: string, value: number, unit: string][] = [
    ['ApproximateNumberOfMessagesVisible', visible, 'Count'],
    ['ApproximateNumberOfMessagesNotVisible', inFlight, 'Count'],
    ['ApproximateAgeOfOldestMessage', oldestAgeS, 'Seconds'],
    ['NumberOfMessagesSent', queue.sentCount, 'Count'],
  ];
  queue.sentCount = 0;
  const dimensions = { QueueName: queue.settings.name };
  for (const [name, value, unit] of samples)
    kernel.vend({ namespace: 'AWS/SQS', name, dimensions, value, unit });
}
