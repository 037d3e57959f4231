import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetDurableExecutionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  paginateListSubscriptions,
  paginateListTopics,
  PublishCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { MonitoringOptions } from '../../shared/adapters/cloudwatch/monitoring-request.ts';
import { otlpSender } from '../../shared/adapters/cloudwatch/otlp-sender.ts';
import { promqlReader } from '../../shared/adapters/cloudwatch/promql-reader.ts';
import { FUNCTION_NAMES, RECOVER_ALIAS, TOPIC_PREFIX } from '../../shared/contract/names.ts';
import { PROBE } from '../../shared/contract/probe.ts';
import { PROBE_SYSTEM, type Doctor, type Executions, type ProbeSeries } from './doctor.ts';
import { makeTemporary, removeTemporary } from './temporary.ts';

/** How the SDK's clients are made: empty for AWS, the endpoint and keys of the embedded cloud else. */
export interface ClientSettings {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** What the command decides; the rest of a {@link Doctor} is the account's. */
export type Orders = Pick<
  Doctor,
  'scrapeEveryS' | 'queries' | 'lookEveryMs' | 'untilMs' | 'signal' | 'tell'
> & {
  readonly person: { readonly name: string; readonly topic: string } | undefined;
  /** Who listens to a topic, as people say it. */
  readonly whose: (topic: string) => string;
};

/**
 * Gives `work` a doctor on an account, and removes everything temporary before and after it, whatever happens.
 *
 * @throws what `work` throws; Error if something temporary could not be made or removed
 */
export async function withDoctor<T>(
  settings: ClientSettings,
  orders: Orders,
  work: (doctor: Doctor, alarmName: string) => Promise<T>,
): Promise<T> {
  const clients = {
    cloudwatch: new CloudWatchClient(settings),
    events: new EventBridgeClient(settings),
    sqs: new SQSClient(settings),
    lambda: new LambdaClient(settings),
    sns: new SNSClient(settings),
  };
  const run = randomBytes(4).toString('hex');
  try {
    const left = await removeTemporary(clients);
    if (left.length > 0) orders.tell(`removed what an earlier run left behind: ${left.join(', ')}`);
    try {
      return await examineWith(settings, clients, orders, run, work);
    } finally {
      const removed = await removeTemporary(clients, run);
      orders.tell(`removed: ${removed.join(', ')}`);
    }
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

interface Clients {
  readonly cloudwatch: CloudWatchClient;
  readonly events: EventBridgeClient;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly sns: SNSClient;
}

async function examineWith<T>(
  settings: ClientSettings,
  clients: Clients,
  orders: Orders,
  run: string,
  work: (doctor: Doctor, alarmName: string) => Promise<T>,
): Promise<T> {
  const region = await clients.cloudwatch.config.region();
  const { alarmName, alarm, events } = await makeTemporary(clients, run);
  const { person, whose, ...rest } = orders;
  const page = person === undefined ? undefined : { person: person.name, topic: person.topic };
  const doctor: Doctor = {
    ...rest,
    run,
    page,
    clock: {
      nowMs: () => Date.now(),
      sleep: async (ms) => {
        await setTimeout(ms, undefined, { signal: orders.signal });
      },
    },
    series: probeSeries({ ...settings, region }, orders.tell),
    alarm,
    events,
    executions: executionsOf(clients.lambda),
    subscriptions: () => subscriptionsOf(clients.sns, whose),
    sendPage: ({ topic, subject, message }) => publish(clients.sns, topic, subject, message),
  };
  return work(doctor, alarmName);
}

function probeSeries(options: MonitoringOptions, tell: Doctor['tell']): ProbeSeries {
  const log = (message: string) => {
    tell(message);
  };
  const writer = otlpSender(options, { info: () => undefined, warn: log, error: log });
  return {
    write: async (points) => {
      const { rejected } = await writer.write({ system: PROBE_SYSTEM, service: 'probe', points });
      if (rejected > 0)
        throw new Error(`${String(rejected)} points of ${points[0]?.name ?? ''} were refused`);
    },
    query: promqlReader(options).instant,
  };
}

function executionsOf(client: LambdaClient): Executions {
  return {
    start: async (name) => {
      const invoke = new InvokeCommand({
        FunctionName: FUNCTION_NAMES.recover,
        Qualifier: RECOVER_ALIAS,
        InvocationType: 'Event',
        DurableExecutionName: name,
        Payload: JSON.stringify(PROBE),
      });
      return (await client.send(invoke)).DurableExecutionArn ?? '';
    },
    outcome: async (arn) => {
      const get = new GetDurableExecutionCommand({ DurableExecutionArn: arn });
      const { Status, Result } = await client.send(get);
      return { status: Status ?? 'unknown', result: Result };
    },
  };
}

/** Of our topics. A subscription that waits for its confirmation has no ARN yet. */
async function subscriptionsOf(client: SNSClient, whose: (topic: string) => string) {
  const found = [];
  for await (const page of paginateListSubscriptions({ client }, {}))
    found.push(...(page.Subscriptions ?? []));
  return found
    .map(({ TopicArn = '', Protocol = '', Endpoint = '', SubscriptionArn = '' }) => ({
      topic: nameOf(TopicArn),
      whose: whose(nameOf(TopicArn)),
      protocol: Protocol,
      endpoint: Endpoint,
      isConfirmed: SubscriptionArn.startsWith('arn:'),
    }))
    .filter(({ topic }) => topic.startsWith(TOPIC_PREFIX));
}

async function publish(client: SNSClient, topic: string, subject: string, message: string): Promise<void> {
  for await (const page of paginateListTopics({ client }, {})) {
    const arn = page.Topics?.find(({ TopicArn = '' }) => nameOf(TopicArn) === topic)?.TopicArn;
    if (arn === undefined) continue;
    await client.send(new PublishCommand({ TopicArn: arn, Subject: subject, Message: message }));
    return;
  }
  throw new Error(`there is no topic ${topic}: deploy the catalog first`);
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
