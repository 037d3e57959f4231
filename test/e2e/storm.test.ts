import { setTimeout } from 'node:timers/promises';
import { SQSClient, GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { otlpSender } from '../../shared/adapters/cloudwatch/otlp-sender.ts';
import { INTAKE_DEAD_LETTERS, INTAKE_QUEUE } from '../../shared/contract/names.ts';
import type { OutboxMessage } from '../../local/sns/outbox.ts';
import type { SystemState } from '../../shared/domain/incident/state.ts';
import { FakeLog } from '../fakes/fake-log.ts';
import type { Shop } from './a-shop.ts';
import { lostPages, startShop, until } from './a-shop.ts';

/** 100 alarms of 100 contributors each, at once: nothing lost, pages bounded. */

const ALARMS = 100;
const CONTRIBUTORS = 100;
const TOTAL = ALARMS * CONTRIBUTORS;

let shop: Shop;
beforeAll(async () => {
  shop = await startShop((text, file) => (file === 'shop/rules.yaml' ? `${text}\n${stormRules()}` : text));
}, 120_000);
afterAll(() => shop.stop());

test('ten thousand alerts are all taken in, a handful of pages goes out, and all is resolved when it is over', async () => {
  const raining = keepSending(1);
  await until('all alerts are in incidents', async () => alertsIn(await shop.state()) === TOTAL, 300_000);
  await until('the queue is empty', async () => (await waiting(INTAKE_QUEUE)) === 0, 240_000);
  const pages = shop.outbox().filter(({ attributes }) => attributes['page'] !== undefined);
  process.stdout.write(
    `storm: first page ${String(await firstPageAfterMs())} ms after the first alarm; messages to people: ${JSON.stringify(countByKind(pages))}\n`,
  );
  expect(await waiting(INTAKE_DEAD_LETTERS)).toBe(0);
  expect(
    Object.values((await shop.state()).incidents)
      .map(({ subject }) => subject.kind)
      .toSorted(),
  ).toEqual(['rule', 'rule', 'rule', 'rule', 'rule', 'storm']);
  // Six incidents, one of them the storm; two people of whom one has two addresses. An incident that grows graver, or is out of sight
  // for a while on a busy machine, is told once more.
  expect(countByKind(pages)).toMatchObject({ opened: 5 * 3, storm: 3 });
  expect(pages.length).toBeLessThanOrEqual(6 * 3 * 2);
  await raining.stop();
  const clearing = keepSending(0);
  await until(
    'all incidents are resolved',
    async () => Object.keys((await shop.state()).incidents).length === 0,
    300_000,
  );
  await clearing.stop();
  expect(await lostPages(shop)).toEqual([]);
}, 900_000);

/** A series that is not sent again is out of sight, so they are, every few seconds. */
function keepSending(value: number): { stop: () => Promise<void> } {
  const stopped = new AbortController();
  const sending = (async () => {
    while (!stopped.signal.aborted) {
      await send(value);
      await setTimeout(4_000);
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await sending;
    },
  };
}

/** Alerts that name no service, so that nothing but the storm's own rules takes them together. */
function stormRules(): string {
  const rules = Array.from({ length: ALARMS }, (_, at) =>
    [
      `      - alert: Storm${String(at)}`,
      `        expr: storm_${String(at)} > 0`,
      '        labels:',
      `          severity: ${at % 10 === 0 ? 'critical' : 'high'}`,
    ].join('\n'),
  );
  return ['  - name: storm', '    interval: 10s', '    rules:', ...rules, ''].join('\n');
}

async function send(value: number): Promise<void> {
  const { endpoint, cloud } = shop.run;
  const sender = otlpSender(
    { endpoint, region: cloud.region, credentials: { accessKeyId: 'owner', secretAccessKey: 'owner' } },
    new FakeLog(),
  );
  const atMs = Date.now();
  const points = Array.from({ length: TOTAL }, (_, at) => ({
    name: `storm_${String(at % ALARMS)}`,
    labels: { unit: `u-${String(Math.floor(at / ALARMS))}` },
    kind: 'gauge' as const,
    value,
    atMs,
  }));
  await sender.write({ system: 'shop', service: 'storm', points });
}

function countByKind(messages: readonly OutboxMessage[]): Record<string, number> {
  const kinds = Map.groupBy(new Map(messages.map((one) => [idOf(one), one])).values(), kindOf);
  return Object.fromEntries([...kinds].map(([kind, some]) => [kind, some.length]));
}

const kindOf = ({ attributes }: OutboxMessage): string => attributes['kind'] ?? 'none';

/** A page that is sent again keeps its id. */
const idOf = ({ attributes, protocol, endpoint }: OutboxMessage): string =>
  `${attributes['page'] ?? ''} ${protocol} ${endpoint}`;

function alertsIn({ incidents }: SystemState): number {
  const numbers = Object.values(incidents).flatMap(({ alerts, counted }) => [
    Object.values(alerts).filter(({ sight }) => sight !== 'ok').length,
    ...Object.values(counted),
  ]);
  return numbers.reduce((sum, number) => sum + number, 0);
}

async function waiting(queue: string): Promise<number> {
  const { endpoint, cloud } = shop.run;
  const sqs = new SQSClient({
    endpoint,
    region: cloud.region,
    credentials: { accessKeyId: 'owner', secretAccessKey: 'owner' },
  });
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }),
  );
  sqs.destroy();
  await setTimeout(200);
  return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}

async function firstPageAfterMs(): Promise<number> {
  const fired = (await shop.events()).flatMap((event) => (event.type === 'alert-fired' ? [event.atMs] : []));
  const paged = shop
    .outbox()
    .filter(({ attributes }) => attributes['page'] !== undefined)
    .map(({ at }) => Date.parse(at));
  return Math.min(...paged) - Math.min(...fired);
}
