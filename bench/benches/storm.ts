import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { otlpSender } from '../../shared/adapters/cloudwatch/otlp-sender.ts';
import { dynamoIncidentLog } from '../../shared/adapters/dynamodb/incident-log.ts';
import { INTAKE_QUEUE, TABLE_NAME } from '../../shared/contract/names.ts';
import type { SystemState } from '../../shared/domain/incident/state.ts';
import type { IncidentLog } from '../../shared/ports/incident-log.ts';
import { aCloud, append } from '../a-cloud.ts';
import type { ACloud } from '../a-cloud.ts';
import type { Bench, Figure } from '../figure.ts';
import { silentLog } from '../silent-log.ts';

const ALARMS = 100;
const CONTRIBUTORS = 100;
const TOTAL = ALARMS * CONTRIBUTORS;
const SYSTEM = 'shop';
/** Series that are not sent again go out of sight. */
const SEND_EVERY_MS = 4_000;
const PATIENCE_MS = 600_000;

/** A hundred alarms with a hundred contributors each begin to fire in one evaluation. */
export const storm: Bench = {
  name: 'storm',
  what: '10,000 alarm events at once: until all are in incidents, and the first page',
  run: async (tell) => {
    const cloud = await aCloud((dir) => {
      append(dir, `${SYSTEM}/rules.yaml`, rules());
    });
    const dynamo = new DynamoDBClient(cloud.settings);
    const log = dynamoIncidentLog(DynamoDBDocumentClient.from(dynamo), TABLE_NAME);
    const raining = keepSending(cloud);
    try {
      const endMs = await allTakenIn(cloud, log, tell);
      return await figuresOf(cloud, log, endMs);
    } finally {
      await raining.stop();
      dynamo.destroy();
      await cloud.stop();
    }
  },
};

async function figuresOf(cloud: ACloud, log: IncidentLog, endMs: number): Promise<Figure[]> {
  const { seq } = await log.load(SYSTEM);
  const events = (await log.read(SYSTEM, 1, seq)).flatMap((commit) => commit.events);
  const firedMs = events.flatMap((event) =>
    event.type === 'alert-fired' && event.alert.name.startsWith('Storm') ? [event.atMs] : [],
  );
  const pages = new Set(
    events.flatMap((event) =>
      event.type === 'paged' && event.page.subject.includes('Storm') ? [event.page.id] : [],
    ),
  );
  const pagedMs = cloud.run.cloud.services.sns
    .outbox()
    .filter(({ attributes }) => pages.has(attributes['page'] ?? ''))
    .map(({ at }) => Date.parse(at));
  const startMs = Math.min(...firedMs);
  const tookS = (endMs - startMs) / 1_000;
  return [
    { what: `storm, until ${String(TOTAL)} alerts are in incidents`, value: tookS, unit: 's' },
    { what: 'storm, alerts taken in', value: TOTAL / tookS, unit: '/s' },
    { what: 'storm, first page', value: (Math.min(...pagedMs) - startMs) / 1_000, unit: 's' },
    { what: 'storm, commits', value: seq, unit: '' },
    { what: 'storm, messages to people', value: pagedMs.length, unit: '' },
  ];
}

/** @returns when all alerts were in incidents and no event was left, epoch milliseconds */
async function allTakenIn(
  { settings }: ACloud,
  log: IncidentLog,
  tell: (line: string) => void,
): Promise<number> {
  const sqs = new SQSClient(settings);
  const untilMs = Date.now() + PATIENCE_MS;
  let told = 0;
  try {
    while (Date.now() < untilMs) {
      const found = alertsIn(await log.load(SYSTEM));
      // An event told twice counts twice until its alarm is read: so the queue has a say as well.
      if (found >= TOTAL && (await waitingIn(sqs)) === 0) return Date.now();
      if (found - told >= TOTAL / 5) {
        tell(`${String(found)} of ${String(TOTAL)}`);
        told = found;
      }
      await setTimeout(200);
    }
  } finally {
    sqs.destroy();
  }
  throw new Error(
    `After ${String(PATIENCE_MS / 1_000)} s ${String(told)} or more of ${String(TOTAL)} alerts are in incidents, and events are still waiting.`,
  );
}

async function waitingIn(sqs: SQSClient): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: INTAKE_QUEUE }));
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }),
  );
  return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}

/** Those of the storm only; the services that nobody runs here fire as well. */
function alertsIn({ incidents }: SystemState): number {
  const numbers = Object.values(incidents).flatMap(({ alerts, counted }) => [
    Object.values(alerts).filter(({ name, sight }) => name.startsWith('Storm') && sight !== 'ok').length,
    ...Object.entries(counted).flatMap(([alarm, number]) => (alarm.includes('-storm-') ? [number] : [])),
  ]);
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** They name no service, so that nothing but the storm's own rules takes them together. */
function rules(): string {
  const all = Array.from({ length: ALARMS }, (_, at) => [
    `      - alert: Storm${String(at)}`,
    `        expr: storm_${String(at)} > 0`,
    `        labels: { severity: ${at % 10 === 0 ? 'critical' : 'high'} }`,
  ]);
  return ['  - name: storm', '    interval: 10s', '    rules:', ...all.flat(), ''].join('\n');
}

function keepSending({ run, settings }: ACloud): { readonly stop: () => Promise<void> } {
  const sender = otlpSender({ ...settings, endpoint: run.endpoint }, silentLog);
  const over = new AbortController();
  const sending = (async () => {
    while (!over.signal.aborted) {
      const atMs = Date.now();
      const points = Array.from({ length: TOTAL }, (_, at) => ({
        name: `storm_${String(at % ALARMS)}`,
        labels: { unit: `u-${String(Math.floor(at / ALARMS))}` },
        kind: 'gauge' as const,
        value: 1,
        atMs,
      }));
      await sender.write({ system: SYSTEM, service: 'storm', points });
      await setTimeout(SEND_EVERY_MS);
    }
  })();
  return {
    stop: async () => {
      over.abort();
      await sending;
    },
  };
}
