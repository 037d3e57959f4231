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
 * Actions that led to more than one deployment, taken actions that led to none, and deployments that no
 * intent stands for. The intent of an action is in the log before its deployment is there.
 */
export function restartsOf(
  events: readonly IncidentEvent[],
  seen: ReadonlyMap<string, SeenDeployment>,
): string[] {
  const taken = new Set(
    events.flatMap((event) => (event.type === 'action-taken' ? [`${event.attempt} ${event.step}`] : [])),
  );
  const intents = events.flatMap((event) => (event.type === 'action-intended' ? [event] : []));
  const known = new Set(intents.flatMap(({ intent }) => intent.knownDeployments));
  const made = [...seen].toSorted(([, one], [, other]) => one.createdAtMs - other.createdAtMs);
  return Object.entries(Object.groupBy(intents, ({ intent }) => intent.target)).flatMap(
    ([service, own = []]) => {
      const first = own[0]?.intent.atMs ?? 0;
      const early = made.filter(([, one]) => one.service === service && one.createdAtMs < first);
      const before = early.length === 1 ? [] : [`${service}: ${String(early.length)} deployments before any`];
      return own.flatMap((event, at) => {
        const untilMs = own[at + 1]?.intent.atMs ?? Infinity;
        const news = made.filter(
          ([, one]) =>
            one.service === service && one.createdAtMs >= event.intent.atMs && one.createdAtMs < untilMs,
        );
        const name = `${event.attempt} ${event.step}`;
        const isRight = news.length === 1 || (news.length === 0 && !taken.has(name));
        const of = news.map(([id]) => `${id}${known.has(id) ? ' (seen by a later one)' : ''}`).join(', ');
        return isRight ? before : [...before, `${name}: ${String(news.length)} deployments ${of}`];
      });
    },
  );
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
