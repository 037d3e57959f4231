import { setTimeout } from 'node:timers/promises';
import { ECSClient } from '@aws-sdk/client-ecs';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { OutboxMessage } from '../../local/sns/outbox.ts';
import { readAlarmEvent } from '../../shared/adapters/cloudwatch/alarm-event.ts';
import { ecsServiceControl } from '../../shared/adapters/ecs/service-control.ts';
import { openOrders } from '../../shared/application/carry-out.ts';
import type { IncidentEvent } from '../../shared/domain/incident/events.ts';
import type { StoredCommit } from '../../shared/ports/incident-log.ts';
import type { Shop } from './a-shop.ts';

/** What must come out even after any storm of faults: orders and receipts, restarts, queues. */

/** Orders without a receipt, pages that did not arrive, and pages that nobody ordered. */
export function unaccounted(commits: readonly StoredCommit[], outbox: readonly OutboxMessage[]): string[] {
  const ordered = new Set(
    commits
      .flatMap(({ events }) => events)
      .flatMap((event) => (event.type === 'paged' ? [event.page.id] : [])),
  );
  const arrived = new Set(outbox.flatMap(({ attributes }) => attributes['page'] ?? []));
  return [
    ...commits.flatMap((commit) =>
      openOrders(commit).map((order) => `no receipt: ${order.type} of commit ${String(commit.seq)}`),
    ),
    ...[...ordered].filter((id) => !arrived.has(id)).map((id) => `lost: ${id}`),
    ...[...arrived].filter((id) => !ordered.has(id)).map((id) => `never ordered: ${id}`),
  ];
}

/** What a log says once of each incident, attempt, action, page and notice. */
const SAID_ONCE: ReadonlySet<string> = new Set([
  'incident-opened',
  'incident-resolved',
  'recovery-ordered',
  'attempt-claimed',
  'attempt-ended',
  'action-intended',
  'action-taken',
  'paged',
  'noticed',
]);

/** What was said again. */
export function repeated(events: readonly IncidentEvent[]): string[] {
  const said = events
    .filter(({ type }) => SAID_ONCE.has(type))
    .map((event) => `${event.type} ${idOf(event)}`);
  return said.filter((one, at) => said.indexOf(one) !== at);
}

function idOf(event: IncidentEvent): string {
  if (event.type === 'paged') return event.page.id;
  if (event.type === 'noticed') return event.notice.id;
  if (event.type === 'action-intended' || event.type === 'action-taken')
    return `${event.attempt} ${event.step}`;
  if ('attempt' in event) return event.attempt;
  return 'incident' in event ? event.incident : '';
}

/** A deployment of a service, and when ECS made it. */
export interface SeenDeployment {
  readonly service: string;
  readonly createdAtMs: number;
}

/** All deployments of services that there ever were while it watched, by id. */
export function watchDeployments(
  shop: Shop,
  services: readonly string[],
): { stop: () => Promise<ReadonlyMap<string, SeenDeployment>> } {
  const ecs = new ECSClient(ownerOf(shop));
  const seen = new Map<string, SeenDeployment>();
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      for (const service of services) {
        for (const { id, createdAtMs } of await ecsServiceControl(ecs).deployments('shop', service))
          seen.set(id, { service, createdAtMs });
      }
      await setTimeout(100);
    }
  })();
  return {
    stop: async () => {
      over.abort();
      await watching;
      ecs.destroy();
      return seen;
    },
  };
}

/**
 * Intended actions that led to more than one deployment, taken ones that led to none, and deployments before any
 * intent beside the first one. The intent of an action is in the log before its deployment is there.
 */
export function restartsOf(
  events: readonly IncidentEvent[],
  seen: ReadonlyMap<string, SeenDeployment>,
): string[] {
  const taken = new Set(
    events.flatMap((event) => (event.type === 'action-taken' ? [`${event.attempt} ${event.step}`] : [])),
  );
  const intents = events.flatMap((event) => (event.type === 'action-intended' ? [event] : []));
  return [...new Set([...seen.values()].map(({ service }) => service))].flatMap((service) => {
    const own = intents.filter(({ intent }) => intent.target === service);
    const made = (fromMs: number, untilMs: number): string[] =>
      [...seen]
        .filter(
          ([, one]) => one.service === service && one.createdAtMs >= fromMs && one.createdAtMs < untilMs,
        )
        .map(([id]) => id);
    const first = made(-Infinity, own[0]?.intent.atMs ?? Infinity);
    const wrong = own.flatMap(({ attempt, step, intent }, at) => {
      const ids = made(intent.atMs, own[at + 1]?.intent.atMs ?? Infinity);
      const isRight = ids.length === 1 || (ids.length === 0 && !taken.has(`${attempt} ${step}`));
      return isRight ? [] : [`${attempt} ${step}: ${String(ids.length)} deployments ${ids.join(', ')}`];
    });
    return first.length === 1 ? wrong : [`${service}: before any intent ${first.join(', ')}`, ...wrong];
  });
}

/** Messages of a queue, waiting or in flight. */
export async function waiting(shop: Shop, queue: string): Promise<number> {
  const sqs = new SQSClient(ownerOf(shop));
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }),
  );
  sqs.destroy();
  return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}

/** Dead letters that tell of an alarm which the log has never heard of, or of nothing that can be read. */
export async function deadLetters(
  shop: Shop,
  queue: string,
  events: readonly IncidentEvent[],
): Promise<string[]> {
  const alarms = new Set(
    events.flatMap((event) => (event.type === 'alert-fired' ? [event.alert.alarm] : [])),
  );
  const sqs = new SQSClient(ownerOf(shop));
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
  const unknown: string[] = [];
  for (let most = 100; most > 0; most -= 1) {
    const ask = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 });
    const { Messages = [] } = await sqs.send(ask);
    if (Messages.length === 0) break;
    for (const { Body = '' } of Messages) {
      const read = readAlarmEvent(JSON.parse(Body) as unknown);
      if (!read.ok || !alarms.has(read.event.alarm)) unknown.push(Body);
    }
  }
  sqs.destroy();
  return unknown;
}

function ownerOf({ run }: Shop) {
  const credentials = { accessKeyId: 'owner', secretAccessKey: 'owner' };
  return { endpoint: run.endpoint, region: run.cloud.region, credentials };
}
