import {
  type CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  paginateDescribeAlarms,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  DeleteRuleCommand,
  type EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  paginateListQueues,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { cloudWatchAlarmReader } from '../../shared/adapters/cloudwatch/alarm-reader.ts';
import type { EventTap, ProbeAlarm } from './doctor.ts';

/** Begins the name of everything temporary but the alarm. */
const PREFIX = 'homeostat-doctor-';
/** Not `homeostat-`: the alarms that intake is told about begin with that. */
const ALARM_PREFIX = 'homeostat.doctor-';
const TARGET = 'queue';

export interface TemporaryClients {
  readonly cloudwatch: CloudWatchClient;
  readonly events: EventBridgeClient;
  readonly sqs: SQSClient;
}

export interface Temporary {
  readonly alarmName: string;
  readonly alarm: ProbeAlarm;
  readonly events: EventTap;
}

/**
 * Makes what a run needs in the account for a while: an EventBridge rule for the run's alarm, a queue that it
 * delivers to, and, when the check asks for it, the alarm.
 */
export async function makeTemporary(clients: TemporaryClients, run: string): Promise<Temporary> {
  const alarmName = `${ALARM_PREFIX}${run}`;
  const queueUrl = await tapEvents(clients, `${PREFIX}${run}`, alarmName);
  return {
    alarmName,
    alarm: probeAlarm(clients.cloudwatch, alarmName),
    events: eventTap(clients.sqs, queueUrl),
  };
}

/**
 * Removes everything that a run made, this one or an earlier one.
 *
 * @param run a run whose things are removed even if AWS does not list them yet, which takes seconds
 * @returns the names of what was removed
 * @throws Error that names what could not be removed, after everything else has been
 */
export async function removeTemporary(clients: TemporaryClients, run?: string): Promise<string[]> {
  const { cloudwatch, events, sqs } = clients;
  const own = (prefix: string) => (run === undefined ? [] : [`${prefix}${run}`]);
  const removed: string[] = [];
  const failures: string[] = [];
  const removeEach = async (
    kind: string,
    names: readonly string[],
    remove: (name: string) => Promise<unknown>,
  ) => {
    for (const name of new Set(names)) {
      try {
        await remove(name);
        removed.push(`${kind} ${name}`);
      } catch (error) {
        if (!isMissing(error)) failures.push(`${kind} ${name} (${String(error)})`);
      }
    }
  };
  await removeEach('alarm', [...(await alarmNames(cloudwatch)), ...own(ALARM_PREFIX)], (name) =>
    cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] })),
  );
  await removeEach('rule', [...(await ruleNames(events)), ...own(PREFIX)], (name) =>
    removeRule(events, name),
  );
  await removeEach('queue', [...(await queueNames(sqs)), ...own(PREFIX)], async (name) => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    return sqs.send(new DeleteQueueCommand({ QueueUrl }));
  });
  if (failures.length > 0) throw new Error(`could not be removed: ${failures.join('; ')}`);
  return removed;
}

const MISSING = new Set(['ResourceNotFound', 'ResourceNotFoundException', 'QueueDoesNotExist']);

function isMissing(error: unknown): boolean {
  return error instanceof Error && MISSING.has(error.name);
}

/** Rule first: the queue's policy names it. */
async function tapEvents(
  { events, sqs }: TemporaryClients,
  name: string,
  alarmName: string,
): Promise<string> {
  const pattern = { source: ['aws.cloudwatch'], detail: { alarmName: [alarmName] } };
  const rule = await events.send(
    new PutRuleCommand({
      Name: name,
      EventPattern: JSON.stringify(pattern),
      Description: 'homeostat doctor',
    }),
  );
  const ruleArn = rule.RuleArn ?? '';
  const [, partition, , region, account] = ruleArn.split(':');
  const queueArn = `arn:${partition ?? ''}:sqs:${region ?? ''}:${account ?? ''}:${name}`;
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
      },
    ],
  };
  const Attributes = { Policy: JSON.stringify(policy), MessageRetentionPeriod: '3600' };
  const queue = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  await events.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: TARGET, Arn: queueArn }] }));
  return queue.QueueUrl ?? '';
}

function probeAlarm(client: CloudWatchClient, name: string): ProbeAlarm {
  const { contributors } = cloudWatchAlarmReader(client);
  return {
    put: async (query, intervalS) => {
      const PromQLCriteria = { Query: query, PendingPeriod: 0, RecoveryPeriod: 0 };
      await client.send(
        new PutMetricAlarmCommand({
          AlarmName: name,
          AlarmDescription: 'Made by `homeostat doctor`, which removes it again.',
          EvaluationCriteria: { PromQLCriteria },
          EvaluationInterval: intervalS,
        }),
      );
    },
    state: async () => {
      const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
      return MetricAlarms[0]?.StateValue;
    },
    contributors: () => contributors(name),
    remove: async () => {
      await client.send(new DeleteAlarmsCommand({ AlarmNames: [name] }));
    },
  };
}

function eventTap(client: SQSClient, queueUrl: string): EventTap {
  const all: unknown[] = [];
  return {
    received: async () => {
      const receive = new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
      });
      const { Messages = [] } = await client.send(receive);
      if (Messages.length === 0) return all;
      all.push(...Messages.map(({ Body = 'null' }) => JSON.parse(Body) as unknown));
      const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
      await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      return all;
    },
  };
}

async function alarmNames(client: CloudWatchClient): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateDescribeAlarms({ client }, { AlarmNamePrefix: ALARM_PREFIX })) {
    names.push(...(page.MetricAlarms ?? []).flatMap(({ AlarmName }) => AlarmName ?? []));
  }
  return names;
}

async function ruleNames(client: EventBridgeClient): Promise<string[]> {
  const { Rules = [] } = await client.send(new ListRulesCommand({ NamePrefix: PREFIX }));
  return Rules.flatMap(({ Name }) => Name ?? []);
}

async function removeRule(client: EventBridgeClient, name: string): Promise<void> {
  const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: name }));
  const Ids = Targets.flatMap(({ Id }) => Id ?? []);
  if (Ids.length > 0) await client.send(new RemoveTargetsCommand({ Rule: name, Ids }));
  await client.send(new DeleteRuleCommand({ Name: name }));
}

async function queueNames(client: SQSClient): Promise<string[]> {
  const urls: string[] = [];
  for await (const page of paginateListQueues({ client }, { QueueNamePrefix: PREFIX })) {
    urls.push(...(page.QueueUrls ?? []));
  }
  return urls.map((url) => url.slice(url.lastIndexOf('/') + 1));
}
