import type { Doctor, ProbeAlarm, ProbeSeries } from '../../../../cli/doctor/doctor.ts';
import { PROBE_SYSTEM } from '../../../../cli/doctor/doctor.ts';
import type { SeriesPoint } from '../../../../shared/domain/collection/point.ts';
import type { Contributor } from '../../../../shared/ports/alarm-reader.ts';
import { fakePrometheus } from '../../../fakes/fake-prometheus.ts';

export const NOW_MS = Date.UTC(2026, 2, 1, 12);
const ALARM = 'homeostat.doctor-run';

/** What an account is like; by default everything is as we assume. */
export interface World {
  /** Changes the points on their way into the store; none drops them. */
  readonly store?: (points: readonly SeriesPoint[]) => readonly SeriesPoint[];
  /** Changes what a query answers. */
  readonly answer?: (query: string, answer: Awaited<ReturnType<ProbeSeries['query']>>) => typeof answer;
  /** Changes an event on its way; undefined loses it. */
  readonly event?: (event: AlarmEvent) => unknown;
  readonly contributors?: (all: readonly Contributor[]) => readonly Contributor[] | undefined;
  readonly firstState?: string;
  /** A sample that is there already is stored once more. */
  readonly keepsRepeats?: boolean;
  /** The alarm never fires. */
  readonly isDeaf?: boolean;
  /** The deleted alarm goes on answering. */
  readonly outlives?: boolean;
}

interface AlarmEvent {
  readonly 'detail-type': string;
  readonly detail: {
    readonly alarmName: string;
    readonly alarmContributor: { readonly attributes: Readonly<Record<string, string>> };
    readonly state: { readonly value: string; readonly timestamp: string };
  };
}

/** A doctor on a small account in memory, with the real PromQL engine and a clock that jumps when it is waited for. */
export function aDoctor(world: World = {}, over: Partial<Doctor> = {}): Doctor & { readonly told: string[] } {
  let nowMs = NOW_MS;
  const told: string[] = [];
  const clock = {
    nowMs: () => nowMs,
    sleep: (ms: number) => {
      nowMs += ms;
      return Promise.resolve();
    },
  };
  const account = anAccount(world, clock.nowMs);
  return {
    clock,
    ...account,
    executions: {
      start: (name) => Promise.resolve(`arn:${name}`),
      outcome: () => Promise.resolve({ status: 'SUCCEEDED', result: '"probed"' }),
    },
    subscriptions: () =>
      Promise.resolve([
        {
          topic: 'homeostat-person-ana',
          whose: 'Ana',
          protocol: 'email',
          endpoint: 'ana@example.org',
          isConfirmed: true,
        },
      ]),
    sendPage: () => Promise.resolve(),
    run: 'run',
    scrapeEveryS: 5,
    queries: ['up == 0'],
    page: undefined,
    lookEveryMs: 250,
    untilMs: NOW_MS + 60_000,
    signal: new AbortController().signal,
    tell: (line) => told.push(line),
    told,
    ...over,
  };
}

function anAccount(world: World, nowMs: () => number): Pick<Doctor, 'series' | 'alarm' | 'events'> {
  const store = fakePrometheus();
  const events: unknown[] = [];
  const stored = new Set<string>();
  const firing = new Map<string, Contributor>();
  let isThere = false;
  let hasFired = false;
  const turn = (point: SeriesPoint) => {
    const value = point.value > 0 ? 'ALARM' : 'OK';
    const instance = point.labels['instance'] ?? '';
    if (world.isDeaf === true || firing.has(instance) === (value === 'ALARM')) return;
    const attributes = { ...point.labels, '@resource.homeostat.system': PROBE_SYSTEM };
    if (value === 'ALARM') firing.set(instance, { attributes, sinceMs: point.atMs });
    else firing.delete(instance);
    hasFired = true;
    const event = anEvent(attributes, value, point.atMs);
    const sent = world.event === undefined ? event : world.event(event);
    if (sent !== undefined) events.push(sent);
  };
  const alarm: ProbeAlarm = {
    put: () => {
      isThere = true;
      return Promise.resolve();
    },
    state: () => Promise.resolve(firing.size > 0 ? 'ALARM' : hasFired ? 'OK' : (world.firstState ?? 'OK')),
    contributors: () => {
      const all = [...firing.values()];
      return Promise.resolve(isThere ? (world.contributors?.(all) ?? all) : undefined);
    },
    remove: () => {
      isThere = world.outlives === true;
      return Promise.resolve();
    },
  };
  const series: ProbeSeries = {
    write: (points) => {
      for (const point of world.store?.(points) ?? points) {
        const labels = { ...point.labels, '@resource.homeostat.system': PROBE_SYSTEM };
        const key = JSON.stringify([point.name, labels, point.atMs, point.value]);
        // Our store keeps one sample a moment; one that keeps repetitions is played by the moment before.
        if (!stored.has(key)) store.write(point.name, labels, point.value, point.atMs);
        else if (world.keepsRepeats === true) store.write(point.name, labels, point.value, point.atMs - 1);
        stored.add(key);
        if (point.name === 'homeostat_doctor_alarm' && isThere) turn(point);
      }
      return Promise.resolve();
    },
    query: async (query, atMs = nowMs()) => {
      const answer = await store.instant(query, atMs);
      return world.answer?.(query, answer) ?? answer;
    },
  };
  return { series, alarm, events: { received: () => Promise.resolve(events) } };
}

function anEvent(attributes: Readonly<Record<string, string>>, value: string, atMs: number): AlarmEvent {
  return {
    'detail-type': 'CloudWatch Alarm Contributor State Change',
    detail: {
      alarmName: ALARM,
      alarmContributor: { attributes },
      state: { value, timestamp: new Date(atMs).toISOString().replace('Z', '+0000') },
    },
  };
}
