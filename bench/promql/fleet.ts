import type { SeriesSlice } from '../../shared/promql/series-source.ts';

/*
 * Series of services as Homeostat collects them: counters, gauges and classic histograms of many instances. The same
 * every time; nothing is kept, so that a hundred thousand series can be made one after the other, twice.
 */

/** Series of one instance. */
export const SERIES_PER_INSTANCE = 25;
export const EVERY_MS = 15_000;
/** The beginning of a block of two hours, so that promtool makes as few as possible. */
export const FLEET_START_MS = Date.UTC(2026, 0, 5);

export interface FleetSize {
  readonly series: number;
  /** Samples each. */
  readonly samples: number;
}

const INSTANCES_PER_JOB = 20;
const PATHS = ['/orders', '/orders/{id}', '/cart', '/login'];
const BOUNDS = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '+Inf'];
/** How many of a hundred requests end in each bucket. */
const SHARES = [2, 8, 20, 25, 20, 15, 5, 3, 1, 0.5, 0.5].map((percent) => percent / 100);

/** `size.series` / 25 instances, each with 25 series of `size.samples` samples at 15 s. */
export function* fleet({ series, samples }: FleetSize): Generator<SeriesSlice> {
  for (let instance = 0; instance < series / SERIES_PER_INSTANCE; instance++) {
    const random = randomFrom(instance);
    yield* instanceSeries(instance, timesOf(samples, random), random);
  }
}

type Random = () => number;

/** Numbers from 0 (included) to 1 (not included), decided by a seed: a linear congruence, as `shuffle.ts` has it. */
function randomFrom(seed: number): Random {
  let state = Math.imul(seed + 1, 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Collections at a place of their own in the interval, some milliseconds late. */
function timesOf(samples: number, random: Random): number[] {
  const phaseMs = Math.floor(random() * (EVERY_MS - 10));
  return Array.from(
    { length: samples },
    (_, at) => FLEET_START_MS + phaseMs + at * EVERY_MS + Math.floor(random() * 4),
  );
}

function* instanceSeries(instance: number, timesMs: number[], random: Random): Generator<SeriesSlice> {
  const target = {
    job: `service-${String(Math.floor(instance / INSTANCES_PER_JOB))}`,
    instance: `10.0.${String(instance >> 8)}.${String(instance & 0xff)}:9090`,
  };
  const one = (
    name: string,
    labels: Readonly<Record<string, string>>,
    next: (before: number) => number,
    first = 0,
  ): SeriesSlice => {
    let value = first;
    return {
      labels: { __name__: name, ...target, ...labels },
      timesMs,
      values: timesMs.map(() => (value = next(value))),
    };
  };
  yield one('up', {}, () => (random() < 0.01 ? 0 : 1));
  yield one('build_info', { version: `1.${String(instance % 3)}.0` }, () => 1);
  for (const path of PATHS) {
    const perSecond = trafficOf(random);
    yield one('http_requests_total', { path, code: '200' }, counting(perSecond, random));
    yield one('http_requests_total', { path, code: '500' }, counting(perSecond / 200, random));
  }
  yield one('queue_usage_ratio', {}, () => Math.floor(random() ** 4 * 385) / 384);
  yield one('disk_free_bytes', {}, (before) => before - 4096 * Math.floor(random() * 2000), 200e9);
  yield* histogram(target, timesMs, random);
}

/** Requests a second: few paths have many, most have few. From 0.01 to 30. */
const trafficOf = (random: Random): number => 0.01 * 3000 ** random();

/** What comes in an interval at about this rate. */
function counting(perSecond: number, random: Random): (before: number) => number {
  const mean = (perSecond * EVERY_MS) / 1000;
  return (before) => before + Math.floor(mean * (0.5 + random()) + random());
}

function* histogram(
  target: Readonly<Record<string, string>>,
  timesMs: readonly number[],
  random: Random,
): Generator<SeriesSlice> {
  const name = 'http_request_duration_seconds';
  const perSecond = trafficOf(random);
  const total = timesMs.map(() => 0);
  const sum = timesMs.map(() => 0);
  for (const [bound, le] of BOUNDS.entries()) {
    const next = counting(perSecond * (SHARES[bound] ?? 0), random);
    let count = 0;
    let seconds = 0;
    for (const at of timesMs.keys()) {
      const more = next(count) - count;
      count += more;
      seconds += more * (le === '+Inf' ? 7 : Number(le)) * random();
      total[at] = (total[at] ?? 0) + count;
      sum[at] = (sum[at] ?? 0) + seconds;
    }
    yield { labels: { __name__: `${name}_bucket`, ...target, le }, timesMs, values: [...total] };
  }
  yield { labels: { __name__: `${name}_count`, ...target }, timesMs, values: total };
  yield { labels: { __name__: `${name}_sum`, ...target }, timesMs, values: sum };
}
