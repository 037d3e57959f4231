import fc from 'fast-check';
import type { SeriesSlice } from '../../../shared/promql/series-source.ts';

/*
 * Series that an expression of `random-grammar.ts` can ask for. A data set is an hour and a half; each begins on
 * a day of its own, so that all of them live in one Prometheus and none sees another.
 *
 * Times of samples are never a whole, half or quarter second, and those of evaluation always are: whether the ends of
 * a range belong to it, which Prometheus 3 decides otherwise than 2, never matters. Values are multiples of 1/4 with
 * room for sums, so that the order of a sum never matters either.
 */

export const DATA_SET_S = 5400;
const FIRST_START_MS = Date.UTC(2024, 1, 28, 22, 30);
const DAY_MS = 86_400_000;

/** When a data set begins, a whole second. */
export const startOf = (dataSet: number): number => FIRST_START_MS + dataSet * DAY_MS;

type Values = (count: number) => fc.Arbitrary<number[]>;

const quarters = (least: number, most: number): fc.Arbitrary<number> =>
  fc.integer({ min: 4 * least, max: 4 * most }).map((value) => value / 4);
const drawn =
  (one: fc.Arbitrary<number>): Values =>
  (count) =>
    fc.array(one, { minLength: count, maxLength: count });

/** Its first value is so high that no rate is cut short at zero; a reset halves it. */
const counter: Values = (count) =>
  drawn(fc.oneof({ weight: 30, arbitrary: quarters(0, 50) }, { weight: 1, arbitrary: fc.constant(-1) }))(
    count,
  ).map((steps) => {
    let value = 1_048_576;
    return steps.map((step) => (value = step < 0 ? Math.floor(value / 2) : value + step));
  });
/** From zero without a reset: what a rate is cut short for. */
const youngCounter: Values = (count) =>
  drawn(quarters(1, 9))(count).map((steps) => {
    let value = 0;
    return steps.map((step, at) => (value = at === 0 ? 0 : value + step));
  });
const gauge = drawn(quarters(-200, 1000));
const oddGauge = drawn(
  fc.oneof(
    { weight: 6, arbitrary: quarters(-3, 3) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 0, 4_294_967_296, 1_709_164_800.5),
    },
  ),
);
const switches = drawn(fc.constantFrom(0, 1, 1, 1));
const ones = drawn(fc.constant(1));
/** No two of a data set are equal at any time: the order of the largest is defined. */
const apart =
  (rank: number): Values =>
  (count) =>
    drawn(fc.integer({ min: -500, max: 500 }))(count).map((values) =>
      values.map((value) => value * 64 + rank / 4),
    );

interface Shape {
  /** Every so many seconds a sample. */
  readonly everyS: fc.Arbitrary<number>;
  /** Whether samples are late, missing and gone for a while. */
  readonly isRagged: boolean;
}
const RAGGED: Shape = { everyS: fc.constantFrom(10, 15, 30, 60), isRagged: true };
const REGULAR: Shape = { everyS: fc.constant(15), isRagged: false };

/** Offsets of the samples from the start, milliseconds. */
function times({ everyS, isRagged }: Shape): fc.Arbitrary<number[]> {
  return everyS.chain((every) => {
    const slots = Math.floor(DATA_SET_S / every);
    const slot = fc.record({
      isThere: fc.integer({ min: 0, max: 19 }).map((value) => value > 0),
      lateMs: fc.integer({ min: 0, max: 200 }),
    });
    const gap = fc.record({
      from: fc.integer({ min: 0, max: slots }),
      slots: fc.constantFrom(0, 0, 10, 40, slots),
    });
    return fc
      .tuple(
        fc.array(slot, { minLength: slots, maxLength: slots }),
        gap,
        fc.integer({ min: 1, max: (every - 1) * 1000 }),
      )
      .map(([drawnSlots, missing, firstMs]) =>
        drawnSlots.flatMap(({ isThere, lateMs }, at) => {
          const isGone = !isThere || (at >= missing.from && at < missing.from + missing.slots);
          if (isRagged && isGone) return [];
          return [besideQuarters(firstMs + at * every * 1000 + (isRagged ? lateMs : 0))];
        }),
      );
  });
}

const besideQuarters = (ms: number): number => (ms % 250 === 0 ? ms + 1 : ms);

type Labels = Readonly<Record<string, string>>;

function series(labels: Labels, values: Values, shape: Shape = RAGGED): fc.Arbitrary<SeriesSlice> {
  return times(shape).chain((timesMs) =>
    values(timesMs.length).map((drawnValues) => ({ labels, timesMs, values: drawnValues })),
  );
}

const TARGETS: readonly Labels[] = ['api', 'db', 'web'].flatMap((job) =>
  ['1', '2', '3'].map((instance) => ({ job, instance })),
);
export const BOUNDS = ['0.1', '0.5', '1', '2.5', '+Inf'];

/** The buckets of one histogram over the same times, with their sum and count. */
function histogram(name: string, labels: Labels, bounds: readonly string[]): fc.Arbitrary<SeriesSlice[]> {
  return times(RAGGED).chain((timesMs) =>
    fc.tuple(...bounds.map(() => drawn(fc.integer({ min: 0, max: 7 }))(timesMs.length))).map((increments) => {
      const running = increments.map((steps) => {
        let value = 1_048_576;
        return steps.map((step) => (value += step));
      });
      const upTo = (bound: number): number[] =>
        timesMs.map((_, at) =>
          running.slice(0, bound + 1).reduce((sum, values) => sum + (values[at] ?? 0), 0),
        );
      const total = upTo(bounds.length - 1);
      return [
        ...bounds.map((le, bound) => ({
          labels: { __name__: `${name}_bucket`, ...labels, le },
          timesMs,
          values: upTo(bound),
        })),
        { labels: { __name__: `${name}_count`, ...labels }, timesMs, values: total },
        { labels: { __name__: `${name}_sum`, ...labels }, timesMs, values: total.map((value) => value / 2) },
      ];
    }),
  );
}

function allSeries(): fc.Arbitrary<SeriesSlice[]> {
  const one = TARGETS.flatMap(({ job = '', instance = '' }, rank) => {
    const target = { job, instance };
    const zone = ['Zürich', '東京', ''][rank % 3] ?? '';
    return [
      series({ __name__: 'requests_total', ...target, code: '200' }, counter),
      series({ __name__: 'requests_total', ...target, code: '500' }, counter),
      series({ __name__: 'young_total', ...target }, youngCounter, REGULAR),
      series({ __name__: 'memory', ...target }, gauge),
      series({ __name__: 'limit', ...target }, gauge),
      series({ __name__: 'odd', ...target, ...(zone === '' ? {} : { zone }) }, oddGauge),
      series({ __name__: 'up', ...target }, switches),
      series({ __name__: 'build_info', ...target, version: `v${String(rank % 2)}` }, ones),
      series({ __name__: 'apart', ...target }, apart(rank)),
    ];
  });
  const histograms = TARGETS.slice(0, 4).map((target) => histogram('latency', target, BOUNDS));
  const broken = [
    histogram('broken', { job: 'api', instance: '1' }, ['0.1', '1']),
    histogram('broken', { job: 'api', instance: '2' }, ['-1', '0', '1', 'much', '+Inf']),
    histogram('broken', { job: 'db', instance: '1' }, ['+Inf']),
  ];
  return fc
    .tuple(fc.tuple(...one), fc.tuple(...histograms, ...broken))
    .map(([singles, groups]) => [...singles, ...groups.flat()]);
}

/** So many data sets one after the other, drawn from a seed: the same series with other samples on each day. */
export function randomSeries(seed: number, dataSets: number): SeriesSlice[] {
  const drawnSets = fc.sample(allSeries(), { seed, numRuns: dataSets });
  const [first = []] = drawnSets;
  return first.map(({ labels }, at) => {
    const parts = drawnSets.map((set, day) => ({ startMs: startOf(day), ...(set[at] as SeriesSlice) }));
    return {
      labels,
      timesMs: parts.flatMap(({ startMs, timesMs }) => Array.from(timesMs, (ms) => startMs + ms)),
      values: parts.flatMap(({ values }) => Array.from(values)),
    };
  });
}
