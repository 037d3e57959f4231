import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoIncidentLog } from '../../shared/adapters/dynamodb/incident-log.ts';
import { INTAKE_QUEUE, TABLE_NAME } from '../../shared/contract/names.ts';
import { alertKey } from '../../shared/domain/alert/alert.ts';
import type { CompiledCatalog } from '../../shared/domain/catalog/compiled.ts';
import { aCloud } from '../a-cloud.ts';
import type { ACloud } from '../a-cloud.ts';
import type { Bench, Figure } from '../figure.ts';
import { shuffled } from '../shuffle.ts';
import { percentile } from '../statistics.ts';

/** 20 systems of 5 services with 10 alerts: a thousand events, no storm (that begins with the sixth incident). */
const SYSTEMS = 20;
const SERVICES = 5;
const ALERTS = 10;
/** One more system, whose events only warm everything up. */
const WARM_UP = 'bench-0';
const EVERY_MS = 100;
/** For what is still under way after the last event. */
const REST_MS = 5_000;

interface Occurrence {
  readonly system: string;
  readonly alarm: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A realistic mix, at a steady pace: each tenth event opens an incident and pages, the others join one. */
export const page: Bench = {
  name: 'page',
  what: 'time from an alarm event to the first message, over 1,000 events',
  run: async (tell) => {
    const cloud = await aCloud(addSystems);
    try {
      const occurrences = shuffled(occurrencesIn(cloud.run.catalog), 8);
      const [warmUp, counted] = [true, false].map((isWarmUp) =>
        occurrences.filter(({ system }) => (system === WARM_UP) === isWarmUp),
      );
      tell('warming up');
      await send(cloud, warmUp ?? []);
      tell(`${String(counted?.length)} events, one every ${String(EVERY_MS)} ms`);
      const { sentMs, roundTripsMs } = await send(cloud, counted ?? []);
      await setTimeout(REST_MS);
      return figuresOf(await latencies(cloud, sentMs), roundTripsMs);
    } finally {
      await cloud.stop();
    }
  },
};

function figuresOf({ all, pages }: Latencies, roundTripsMs: readonly number[]): Figure[] {
  const what = 'one SDK call through the door';
  const of = (name: string, values: readonly number[], part: number): Figure => ({
    what: `alarm to SNS, ${name}, p${String(part * 100)}`,
    value: percentile(values, part),
    unit: 'ms',
    beside: { what: `${what}, p${String(part * 100)}`, value: percentile(roundTripsMs, part) },
    ...(part === 0.95 ? { mustHold: { limit: 500 } } : {}),
  });
  return [
    ...[0.5, 0.95, 0.99].map((part) => of(`${String(all.length)} events`, all, part)),
    ...[0.5, 0.95, 0.99].map((part) => of(`${String(pages.length)} pages among them`, pages, part)),
  ];
}

function addSystems(catalogDir: string): void {
  for (let number = 0; number <= SYSTEMS; number += 1) {
    const system = `bench-${String(number)}`;
    const dir = join(catalogDir, system);
    mkdirSync(dir);
    const services = Array.from({ length: SERVICES }, (_, at) => `  s${String(at)}: { criticality: high }`);
    const text = [`system: ${system}`, 'environment: bench', 'timeZone: UTC', 'owner: shop'];
    writeFileSync(
      join(dir, 'homeostat.yaml'),
      [...text, 'services:', ...services, 'rules: [rules.yaml]', ''].join('\n'),
    );
    writeFileSync(join(dir, 'rules.yaml'), rules());
  }
}

function rules(): string {
  const alerts = Array.from({ length: ALERTS }, (_, at) => [
    `      - alert: Bench${String(at)}`,
    `        expr: bench_${String(at)} > 0`,
    '        labels: { severity: high }',
  ]);
  return ['groups:', '  - name: bench', '    interval: 1m', '    rules:', ...alerts.flat(), ''].join('\n');
}

function occurrencesIn({ systems }: CompiledCatalog): Occurrence[] {
  return Object.values(systems)
    .filter(({ system }) => system.startsWith('bench-'))
    .flatMap(({ system, rules: all }) =>
      all.flatMap(({ alarmName: alarm }) =>
        Array.from({ length: SERVICES }, (_, at) => ({
          system,
          alarm,
          attributes: { job: `s${String(at)}` },
        })),
      ),
    );
}

/** Puts the events on the bus at their times, whatever became of those before, and calls the door in between. */
async function send({ run, settings }: ACloud, occurrences: readonly Occurrence[]) {
  const sqs = new SQSClient(settings);
  const sentMs = new Map<string, number>();
  const calls: Promise<number>[] = [];
  const startMs = performance.now();
  for (const [at, { alarm, attributes }] of occurrences.entries()) {
    await setTimeout(Math.max(0, startMs + at * EVERY_MS - performance.now()));
    sentMs.set(alertKey(alarm, attributes), Date.now());
    run.cloud.services.events.emit(anEvent(alarm, attributes));
    await setTimeout(EVERY_MS / 2);
    calls.push(roundTrip(sqs));
  }
  const roundTripsMs = await Promise.all(calls);
  sqs.destroy();
  return { sentMs, roundTripsMs };
}

async function roundTrip(sqs: SQSClient): Promise<number> {
  const startMs = performance.now();
  await sqs.send(new GetQueueUrlCommand({ QueueName: INTAKE_QUEUE }));
  return performance.now() - startMs;
}

/** As CloudWatch puts it on the bus (user guide, "Alarm events and EventBridge"). */
function anEvent(alarmName: string, attributes: Readonly<Record<string, string>>) {
  const state = { value: 'ALARM', timestamp: new Date().toISOString().replace('Z', '+0000') };
  return {
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm Contributor State Change',
    resources: [`arn:aws:cloudwatch:us-east-1:123456789012:alarm:${alarmName}`],
    detail: { alarmName, alarmContributor: { id: 'bench', attributes }, state, configuration: {} },
  };
}

interface Latencies {
  readonly all: readonly number[];
  /** Of the events that people were paged for. */
  readonly pages: readonly number[];
}

/**
 * From each event to the first message that its commit ordered.
 *
 * @throws Error if an event led to no message: then the bench measures something else than it says
 */
async function latencies({ run, settings }: ACloud, sentMs: ReadonlyMap<string, number>): Promise<Latencies> {
  const outMs = new Map<string, number>();
  for (const { at, attributes } of run.cloud.services.sns.outbox()) {
    const id = attributes['page'] ?? attributes['notice'] ?? '';
    const key = `${attributes['system'] ?? ''} ${id}`;
    outMs.set(key, Math.min(outMs.get(key) ?? Infinity, Date.parse(at)));
  }
  const dynamo = new DynamoDBClient(settings);
  const log = dynamoIncidentLog(DynamoDBDocumentClient.from(dynamo), TABLE_NAME);
  const all: number[] = [];
  const pages: number[] = [];
  for (const system of Object.keys(run.catalog.systems)) {
    const { seq } = await log.load(system);
    for (const { events } of await log.read(system, 1, seq)) {
      const orders = events.flatMap((event) =>
        event.type === 'paged' ? [event.page.id] : event.type === 'noticed' ? [event.notice.id] : [],
      );
      const firstMs = Math.min(...orders.map((id) => outMs.get(`${system} ${id}`) ?? Infinity));
      for (const event of events) {
        const beganMs = event.type === 'alert-fired' ? sentMs.get(event.alert.key) : undefined;
        if (beganMs === undefined) continue;
        all.push(firstMs - beganMs);
        if (events.some(({ type }) => type === 'incident-opened')) pages.push(firstMs - beganMs);
      }
    }
  }
  dynamo.destroy();
  if (all.length === sentMs.size && all.every(Number.isFinite)) return { all, pages };
  const told = all.filter(Number.isFinite).length;
  throw new Error(
    `Of ${String(sentMs.size)} events ${String(told)} led to a message within ${String(REST_MS / 1_000)} s.`,
  );
}
