import { SYSTEM_ATTRIBUTE } from '../../shared/contract/names.ts';
import type { GaugePoint } from '../../shared/domain/collection/point.ts';
import type { Contributor } from '../../shared/ports/alarm-reader.ts';
import { readAlarmEvent } from '../../shared/adapters/cloudwatch/alarm-event.ts';
import { probe, PROBE_SYSTEM, waitFor, type Check, type Doctor } from './doctor.ts';
import { found, span, type Finding } from './finding.ts';

const METRIC = 'homeostat_doctor_alarm';
const INSTANCES = ['a', 'b'] as const;
const INTERVAL_S = 10;
/** A reading and an event of one transition are this close. */
const SAME_MOMENT_MS = 5_000;
/** So many looks after the alarm itself has turned, what has not come will not come. */
const LATE_LOOKS = 30;

/** What one contributor's events told, in the order in which they came. */
interface Told {
  readonly instance: string;
  readonly value: 'ALARM' | 'OK';
  readonly atMs: number;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What the whole is made of; later parts are undefined if an earlier one did not come. */
interface Seen {
  readonly run: string;
  readonly first: string;
  readonly events: readonly unknown[];
  readonly fired: Turn;
  readonly contributors: readonly Contributor[] | undefined;
  readonly cleared: Turn | undefined;
  readonly afterwards: 'not found' | 'still answered' | undefined;
}

/** How the alarm was brought into a state. */
interface Turn {
  /** Until every contributor's event had come; undefined if they did not. */
  readonly tookMs: number | undefined;
  /** The alarm's own state at the end. */
  readonly state: string | undefined;
}

/** The alarm from its creation to its end: what EventBridge tells and what its contributors are. */
export const checkAlarm: Check = {
  ids: ['P1', 'E1', 'E3', 'E4', 'E5', 'E6', 'E7', 'E9'],
  says: 'making a PromQL alarm, to fire and clear it with two contributors',
  run: async (doctor) => {
    const { alarm, events, run, tell } = doctor;
    await alarm.put(`${probe(doctor, METRIC)} > 0`, INTERVAL_S);
    const first = await waitFor(doctor, 'the alarm', alarm.state);
    const fired = await drive(doctor, 1, 'ALARM');
    const contributors = await alarm.contributors();
    tell(`the alarm is in ${fired.state ?? 'no state'}; its events came after ${spanOf(fired)}`);
    const cleared = fired.state === 'ALARM' ? await drive(doctor, 0, 'OK') : undefined;
    if (cleared !== undefined) tell(`the alarm is in ${cleared.state ?? 'no state'} again`);
    const received = await events.received();
    await alarm.remove();
    const afterwards = (await isGone(doctor)) ? 'not found' : 'still answered';
    return judge({ run, first, events: received, fired, contributors, cleared, afterwards });
  },
};

/** Sends samples of one value until every contributor's event has that state, or will not come any more. */
async function drive(doctor: Doctor, value: 0 | 1, wanted: Told['value']): Promise<Turn> {
  const { alarm, clock, events, lookEveryMs, untilMs } = doctor;
  const sinceMs = clock.nowMs();
  let nextMs = sinceMs;
  let reachedMs: number | undefined;
  for (;;) {
    doctor.signal.throwIfAborted();
    const nowMs = clock.nowMs();
    if (nowMs >= nextMs) {
      nextMs = nowMs + (doctor.scrapeEveryS * 1_000) / 2;
      await doctor.series.write(samples(doctor.run, value, nowMs));
    }
    const told = toldBy(await events.received());
    const state = await alarm.state();
    if (state === wanted) reachedMs ??= nowMs;
    if (INSTANCES.every((name) => told.findLast((one) => one.instance === name)?.value === wanted)) {
      return { tookMs: clock.nowMs() - sinceMs, state };
    }
    const isLate = reachedMs !== undefined && nowMs > reachedMs + LATE_LOOKS * lookEveryMs;
    if (isLate || nowMs >= untilMs) return { tookMs: undefined, state };
    await clock.sleep(lookEveryMs);
  }
}

function samples(run: string, value: number, atMs: number): GaugePoint[] {
  return INSTANCES.map((instance) => ({
    kind: 'gauge',
    name: METRIC,
    labels: { run, instance },
    value,
    atMs,
  }));
}

async function isGone({ alarm, clock, lookEveryMs, signal }: Doctor): Promise<boolean> {
  for (let look = 0; look < LATE_LOOKS; look += 1) {
    signal.throwIfAborted();
    if ((await alarm.contributors()) === undefined) return true;
    await clock.sleep(lookEveryMs);
  }
  return false;
}

/** Read by the same function with which `intake` reads them. */
function toldBy(events: readonly unknown[]): Told[] {
  return events.flatMap((event) => {
    const read = readAlarmEvent(event);
    if (!read.ok || read.event.about !== 'contributor') return [];
    const { attributes, value, atMs } = read.event;
    return [{ instance: attributes['instance'] ?? '', value, atMs, attributes }];
  });
}

function judge(seen: Seen): Finding[] {
  const { first, contributors = [], events, afterwards, fired } = seen;
  const told = toldBy(events);
  const states = new Set([first, ...events.map(stateOf)]);
  const hasFired = fired.state === 'ALARM' || told.length > 0;
  if (!hasFired) {
    const why = `the alarm did not fire; it is in ${fired.state ?? 'no state'}`;
    return checkAlarm.ids.map((id) => ({ id, verdict: 'not seen', seen: why }));
  }
  return [
    found('P1', true, 'the alarm took a query with a quoted label name, and fired'),
    shapeFinding(seen, told),
    attributesFinding(seen, told),
    clockFinding(contributors, told),
    orderFinding(told),
    found(
      'E6',
      first === 'OK' && !states.has('INSUFFICIENT_DATA'),
      `new in ${first}; states seen: ${[...states].toSorted().join(', ')}`,
    ),
    found(
      'E7',
      contributors.length === INSTANCES.length,
      `${String(contributors.length)} of ${String(INSTANCES.length)} contributors (a hundred were not tried)`,
    ),
    found('E9', afterwards === 'not found', `of the deleted alarm: ${afterwards ?? 'nothing'}`),
  ];
}

/** E1: every event was understood, and each contributor's came both ways. */
function shapeFinding({ events, fired, cleared }: Seen, told: readonly Told[]): Finding {
  const reasons = events.flatMap((event) => {
    const read = readAlarmEvent(event);
    return read.ok ? [] : [read.reason];
  });
  const [reason] = reasons;
  if (reason !== undefined) {
    return found('E1', false, `${String(reasons.length)} of ${String(events.length)} events: ${reason}`);
  }
  const isWhole = fired.tookMs !== undefined && cleared?.tookMs !== undefined;
  const delays = isWhole ? `ALARM after ${spanOf(fired)}, OK after ${spanOf(cleared)}` : 'some did not come';
  const seen = `${String(events.length)} events, ${String(told.length)} of them of contributors; ${delays}`;
  return found('E1', isWhole, seen);
}

function spanOf({ tookMs }: Turn): string {
  return tookMs === undefined ? 'no time: some did not come' : span(tookMs);
}

/** E3: the labels of the query's result, the same in events and readings but for those with `@`. */
function attributesFinding({ contributors = [], run }: Seen, told: readonly Told[]): Finding {
  const all = [...contributors, ...told].map(({ attributes }) => attributes);
  const bare = new Set(all.map((attributes) => JSON.stringify(bareOf(attributes))));
  const expected = INSTANCES.map((instance) =>
    JSON.stringify([
      ['instance', instance],
      ['run', run],
    ]),
  );
  const isEqual = bare.size === expected.length && expected.every((one) => bare.has(one));
  const withAt = new Set(all.flatMap((attributes) => Object.keys(attributes).filter(isMark)));
  const foreign = all.some((attributes) => {
    const system = attributes[`@resource.${SYSTEM_ATTRIBUTE}`];
    return system !== undefined && system !== PROBE_SYSTEM;
  });
  const seen = `bare labels ${[...bare].toSorted().join(' ')}; besides ${[...withAt].toSorted().join(', ') || 'none'}`;
  return found('E3', isEqual && !foreign, seen);
}

function bareOf(attributes: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(attributes)
    .filter(([name]) => !isMark(name))
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
}

function isMark(name: string): boolean {
  return name.startsWith('@') || name === '__name__';
}

/** E4: a reading's time beside that of the event of the same transition. */
function clockFinding(contributors: readonly Contributor[], told: readonly Told[]): Finding {
  const offs = contributors.flatMap(({ attributes, sinceMs }) => {
    const event = told.find(
      (one) => one.value === 'ALARM' && one.instance === (attributes['instance'] ?? ''),
    );
    return event === undefined ? [] : [Math.abs(event.atMs - sinceMs)];
  });
  if (offs.length === 0) return found('E4', false, 'no reading matches an event');
  const most = Math.max(...offs);
  return found('E4', most <= SAME_MOMENT_MS, `event and reading are at most ${span(most)} apart`);
}

/** E5: of each contributor, what came later is newer. */
function orderFinding(told: readonly Told[]): Finding {
  const byInstance = Map.groupBy(told, ({ instance }) => instance);
  const isOrdered = [...byInstance.values()].every((all) => {
    const alarm = all.find(({ value }) => value === 'ALARM');
    const ok = all.findLast(({ value }) => value === 'OK');
    return alarm !== undefined && ok !== undefined && ok.atMs > alarm.atMs;
  });
  return found(
    'E5',
    isOrdered,
    `the OK is ${isOrdered ? '' : 'not '}later than the ALARM before it, by state.timestamp`,
  );
}

function stateOf(event: unknown): string {
  const { detail } = event as { readonly detail?: { readonly state?: { readonly value?: unknown } } };
  const value = detail?.state?.value;
  return typeof value === 'string' ? value : 'none';
}
