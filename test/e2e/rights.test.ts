import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { injectFault } from '../../cli/fault/service-fault.ts';
import { CHAOS_PATH } from '../../local/chaos/chaos.ts';
import { auditRights, grantInWords, grantsOf } from '../../local/iam/audit-rights.ts';
import type { AttachedPolicy, Statement } from '../../local/iam/policy.ts';
import type { AccessRequest } from '../../local/iam/request.ts';
import { startLocal, type LocalRun } from '../../local/run.ts';
import { INTAKE_QUEUE, SELF_ALARM_PREFIX, systemTopic } from '../../shared/contract/names.ts';
import { aShopFolder, until } from './a-shop.ts';

/**
 * Law 8, both ways: the app does all that it can do, in a cloud that lets everything through and writes down
 * what was asked for; then granted and asked for must be the same.
 */

const TICKETS = 'arn:aws:sqs:us-east-1:123456789012:tickets';

/** Nothing listens there: the tasks are found, and not reached. */
const SHOP_CUSTOMERS = `
  customers:
    criticality: low
    ecs: { cluster: shop, service: shopper }
    scrape:
      tasks: { port: 9 }
  checkout:`;

const BANK = `
system: bank
environment: demo
owner: shop
network:
  vpcId: vpc-0123456789abcdef0
  subnetIds: [subnet-0123456789abcdef0]
  securityGroupIds: [sg-0123456789abcdef0]
services:
  vault:
    ecs: { cluster: shop, service: shopper }
    scrape:
      tasks: { port: 9 }
rules: [rules.yaml]
recoveries:
  # Fails, cools down, and is begun anew by escalate.
  restart:
    match: { alertname: VaultDown }
    actions:
      - action: restart_service
    guards: { attempts: 20, coolDown: 5s, settle: 1s, deadline: 30s }
`;
const BANK_RULES = `
groups:
  - name: bank
    interval: 10s
    rules:
      - alert: VaultDown
        expr: up == 0
        for: 10s
        labels: { severity: critical }
`;

function everything(text: string, file: string): string {
  if (file === 'organization.yaml') {
    return (
      text
        .replace('    subscriptions:\n', `    subscriptions:\n      - sqs: ${TICKETS}\n`)
        // The next level is paged by escalate.
        .replace('after: 5m', 'after: 30s')
    );
  }
  return (
    text
      .replace('\n  checkout:', SHOP_CUSTOMERS)
      .replaceAll('attempts: 3', 'attempts: 20')
      // The recovery of the customers fails, and its end begins the next one.
      .replaceAll('coolDown: 10m', 'coolDown: 0s')
      .replaceAll('settle: 10s', 'settle: 1s')
      .replaceAll('deadline: 5m', 'deadline: 30s')
  );
}

let run: LocalRun;
let folder: string;
beforeAll(async () => {
  const made = await aShopFolder((text, file) => (file === 'workload.yaml' ? text : everything(text, file)));
  folder = made.folder;
  mkdirSync(join(made.catalogDir, 'bank'));
  writeFileSync(join(made.catalogDir, 'bank/homeostat.yaml'), BANK);
  writeFileSync(join(made.catalogDir, 'bank/rules.yaml'), BANK_RULES);
  // Small pages, so that a running execution has to ask for the rest of its state.
  run = await startLocal({ ...made, cloud: { rights: 'audit', lambda: { durablePageItems: 3 } } });
}, 120_000);
afterAll(async () => {
  await run.stop();
  rmSync(folder, { recursive: true, force: true });
});

const audit = () => auditRights(run.cloud.rights.policies(), run.cloud.rights.requests());

test('what is granted is what is needed, for roles, queues, topics, keys, functions and schedules', async () => {
  const asOwner = {
    endpoint: run.endpoint,
    region: run.cloud.region,
    credentials: { accessKeyId: 'owner', secretAccessKey: 'owner' },
  };
  await aQueueOfTickets(asOwner);
  await anAlarmOnOurselves(asOwner);
  await aMessageThatNobodyUnderstands(asOwner);
  for (const service of ['inventory', 'checkout']) await injectFault(run.announced, service, 'crash');
  await whatCannotBeDelivered(asOwner);
  await until('every right is used', () => audit().unused.length === 0, 240_000).catch(() => undefined);
  expect(audit()).toEqual({ unused: [], missing: [] });
}, 500_000);

test('each single right, taken away, is missed; one more, of any kind, is named', () => {
  const { rights } = run.cloud;
  const [policies, requests] = [rights.policies(), rights.requests()];
  const all = grantsOf(policies);
  expect(all.length).toBeGreaterThan(50);
  const unnoticed = all.filter(({ statement }) => {
    const { missing } = auditRights(without(policies, statement), requests);
    const [action = ''] = statement.actions.patterns;
    const names = missing.filter((line) => line.includes(`needs ${action.replace('*', '')}`));
    return names.length === 0;
  });
  expect(unnoticed.map(grantInWords)).toEqual([]);
  const added = all.flatMap(({ policy, statement }) => oneMore(policy, statement, policies, requests));
  expect(added.filter(({ isNamed }) => !isNamed)).toEqual([]);
});

type Owner = {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string };
};

/** The owner's own queue, subscribed by the team. */
async function aQueueOfTickets(asOwner: Owner): Promise<void> {
  const Statement = [
    {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: TICKETS,
    },
  ];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await new SQSClient(asOwner).send(new CreateQueueCommand({ QueueName: 'tickets', Attributes: { Policy } }));
}

async function anAlarmOnOurselves(asOwner: Owner): Promise<void> {
  const cloudWatch = new CloudWatchClient(asOwner);
  const { MetricAlarms } = await cloudWatch.send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: SELF_ALARM_PREFIX }),
  );
  const AlarmName = MetricAlarms?.[0]?.AlarmName;
  const state = { StateValue: 'ALARM', StateReason: 'to see who is told' } as const;
  await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, ...state }));
}

async function aMessageThatNobodyUnderstands(asOwner: Owner): Promise<void> {
  const sqs = new SQSClient(asOwner);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: INTAKE_QUEUE }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'gibberish' }));
}

/** Half of what goes to queues is refused for a while, so that some of it ends where dead letters go. */
async function whatCannotBeDelivered(asOwner: Owner): Promise<void> {
  const chaos = (method: string, body?: object) =>
    fetch(`${run.endpoint}${CHAOS_PATH}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  await chaos('PUT', { kind: 'deny', services: ['sqs'], rate: 0.5, seed: 1 });
  const sns = new SNSClient(asOwner);
  const TopicArn = `arn:aws:sns:${run.cloud.region}:${run.cloud.accountId}:${systemTopic('shop')}`;
  for (let turn = 0; turn < 30; turn += 1) {
    run.cloud.services.events.emit({
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      detail: { alarmName: 'homeostat-of-nobody', turn },
      resources: [],
    });
    await sns.send(new PublishCommand({ TopicArn, Message: `notice ${String(turn)}` }));
  }
  await chaos('DELETE');
}

function without(policies: readonly AttachedPolicy[], gone: Statement): AttachedPolicy[] {
  return policies.map((policy) => ({
    ...policy,
    statements: policy.statements.filter((statement) => statement !== gone),
  }));
}

/** The same statement once more: with another action, with a wider one, as it is, with another resource. */
function oneMore(
  policy: AttachedPolicy,
  statement: Statement,
  policies: readonly AttachedPolicy[],
  requests: readonly AccessRequest[],
) {
  const [action = ''] = statement.actions.patterns;
  const more = (change: Partial<Statement>) => ({ ...statement, ...change });
  const only = (pattern: string) => ({ patterns: [pattern], isNegated: false });
  const additions = [
    more({ actions: only(`${action.split(':')[0] ?? ''}:NeverDone`) }),
    more({ actions: only(`${action.split(':')[0] ?? ''}:*`) }),
    more({}),
    ...(statement.resources === undefined ? [] : [more({ resources: only('arn:aws:none:::none') })]),
  ];
  return additions.map((addition) => {
    const widened = policies.map((one) =>
      one === policy ? { ...one, statements: [...one.statements, addition] } : one,
    );
    const words = grantInWords({ policy, statement: addition });
    return { isNamed: auditRights(widened, requests).unused.includes(words), words };
  });
}
