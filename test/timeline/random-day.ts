import fc from 'fast-check';
import { decideFault, type ChaosRule } from '../../local/chaos/fault.ts';
import type { Ops } from './start-ops.ts';
import { startOps } from './start-ops.ts';

/** Something that goes wrong at a minute of the day, and is over some minutes later. */
export interface Fault {
  readonly kind: (typeof KINDS)[number];
  readonly service: 'inventory' | 'checkout';
  readonly atMin: number;
  readonly lengthMin: number;
}

/** The rest of the day is quiet, so that whatever is under way comes to its end. */
const QUIET_FROM_MIN = 20 * 60;
const KINDS = [
  'down',
  'down-for-good',
  'errors',
  'disk',
  'collect',
  'store',
  'sns',
  'cloudwatch',
  'lambda',
  'ecs',
  'events-lost',
] as const;

export const faults = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    service: fc.constantFrom('inventory' as const, 'checkout' as const),
    atMin: fc.integer({ min: 1, max: QUIET_FROM_MIN - 91 }),
    lengthMin: fc.integer({ min: 1, max: 90 }),
  }),
  { minLength: 1, maxLength: 25 },
);

/** Chaos on top of the day's faults, until the day calms down. */
export interface Chaos {
  readonly rules: readonly ChaosRule[];
  readonly random: () => number;
  /** How long an alert may go unseen: a look needs a dozen calls, and each may fail. */
  readonly patienceMin: number;
}

export interface Day {
  readonly ops: Ops;
  /** Contributors that were in ALARM for minutes, and in no incident, while Homeostat could see and write. */
  readonly unseen: readonly string[];
}

/**
 * Plays a whole day.
 *
 * @param noise at every use the next number: whether a message comes twice, when, and when `recover` dies
 */
export async function playDay(all: readonly Fault[], noise: () => number, chaos?: Chaos): Promise<Day> {
  let areEventsLost = false;
  let isChaos = chaos !== undefined;
  const ops = startOps({
    at: '2026-03-01T00:00:00Z',
    bus: () =>
      areEventsLost
        ? []
        : Array.from({ length: noise() % 3 }, () => (noise() % 2 === 0 ? 500 : noise() % 200_000)),
    // Often enough to hit every step in some run, seldom enough to come to an end.
    mayDie: () => noise() % 40 === 0,
    nextFault: (service) =>
      isChaos && chaos !== undefined ? decideFault(chaos.rules, [service], 0, chaos.random) : undefined,
  });
  const unseen: string[] = [];
  let soundMin = 0;
  for (let minute = 0; minute < 24 * 60; minute += 1) {
    const now = all.filter(({ atMin, lengthMin }) => minute >= atMin && minute < atMin + lengthMin);
    const is = (kind: Fault['kind']): boolean => now.some((fault) => fault.kind === kind);
    areEventsLost = is('events-lost');
    if (minute === QUIET_FROM_MIN) isChaos = false;
    begin(ops, all, minute);
    const outage = (kind: Fault['kind']): Error | undefined =>
      is(kind) ? new Error(`${kind} is down`) : undefined;
    ops.collect.isDead = is('collect');
    ops.incidents.failure = outage('store');
    ops.pager.outage = outage('sns');
    ops.series.outage = outage('cloudwatch');
    ops.alarms.outage = outage('cloudwatch');
    ops.starter.outage = outage('lambda');
    ops.services.outage = outage('ecs');
    soundMin = is('store') || is('cloudwatch') ? 0 : soundMin + 1;
    await ops.forward({ minutes: 1 });
    const patienceMin = chaos?.patienceMin ?? 3;
    if (soundMin > patienceMin) unseen.push(...(await notInAnIncident(ops, patienceMin)));
  }
  return { ops, unseen };
}

/** Services change at the edges of their faults only: in between, a restart may heal them. */
function begin(ops: Ops, all: readonly Fault[], minute: number): void {
  for (const { kind, service: name, atMin, lengthMin } of all) {
    const service = ops.services.service(name);
    const isBegin = minute === atMin;
    if (!isBegin && minute !== atMin + lengthMin) continue;
    if (kind === 'errors') service.errorRatio = isBegin ? 0.5 : 0;
    else if (kind === 'disk') service.diskFree = isBegin ? 0.05 : 0.5;
    else if (kind === 'down' || kind === 'down-for-good') {
      service.isUp = !isBegin;
      service.healsByRestart = !(isBegin && kind === 'down-for-good');
    }
  }
}

async function notInAnIncident(ops: Ops, patienceMin: number): Promise<string[]> {
  const { incidents } = await ops.state();
  const open = new Set(
    Object.values(incidents).flatMap((incident) =>
      Object.values(incident.alerts)
        .filter(({ sight }) => sight !== 'ok')
        .map(({ alarm, labels }) => `${alarm} ${labels['job'] ?? ''}`),
    ),
  );
  return ops.alarms
    .inTruth()
    .filter(({ sinceMs }) => sinceMs < ops.clock.nowMs() - patienceMin * 60_000)
    .map(({ alarm, attributes }) => `${alarm} ${attributes['job'] ?? ''}`)
    .filter((one) => !open.has(one))
    .map((one) => `${new Date(ops.clock.nowMs()).toISOString()} ${one}`);
}
