import { describe, expect, test } from 'vitest';
import { parseExposition } from '../../../../../shared/domain/collection/exposition.ts';
import type { SeriesPoint } from '../../../../../shared/domain/collection/point.ts';
import { failurePoints, scrapePoints } from '../../../../../shared/domain/collection/scrape-points.ts';
import { wantedMetrics } from '../../../../../shared/domain/collection/wanted-metrics.ts';
import type { SeenSeries } from '../../../../../shared/domain/collection/start-times.ts';

const TARGET = { job: 'web', instance: '10.0.0.5:8080' };
const AT_MS = Date.UTC(2026, 2, 1, 12);
const OWN = new Set([
  'up',
  'scrape_duration_seconds',
  'scrape_samples_scraped',
  'scrape_samples_post_metric_relabeling',
  'homeostat_samples_dropped',
]);

function scrape(
  text: string,
  {
    atMs = AT_MS,
    before = new Map(),
    wanted = ['*'],
  }: { atMs?: number; before?: SeenSeries; wanted?: string[] } = {},
) {
  const read = parseExposition(text);
  expect(read.problem).toBeUndefined();
  const result = scrapePoints(
    TARGET,
    { ok: true, ...read, atMs, durationS: 0.25 },
    before,
    wantedMetrics(wanted),
  );
  const isOwn = (point: SeriesPoint) => OWN.has(point.name) && Object.keys(point.labels).length === 2;
  return {
    ...result,
    samples: result.points.filter((point) => !isOwn(point)),
    own: Object.fromEntries(result.points.filter(isOwn).map((point) => [point.name, point.value])),
  };
}

test('a good scrape: its samples, and what we know about it (M1, M7)', () => {
  const { points, own } = scrape('temperature{room="a"} 21.5\n');
  expect(points[0]).toEqual({
    kind: 'gauge',
    name: 'temperature',
    labels: { room: 'a', job: 'web', instance: '10.0.0.5:8080' },
    value: 21.5,
    atMs: AT_MS,
  });
  expect(own).toEqual({
    up: 1,
    scrape_duration_seconds: 0.25,
    scrape_samples_scraped: 1,
    scrape_samples_post_metric_relabeling: 1,
    homeostat_samples_dropped: 0,
  });
});

test('a target that is down: up 0, the reason, the time it took', () => {
  const points = failurePoints(TARGET, { reason: 'timeout', atMs: AT_MS, durationS: 5 });
  expect(points.map(({ name, labels, value }) => [name, labels, value])).toEqual([
    ['up', TARGET, 0],
    ['homeostat_scrape_error', { ...TARGET, reason: 'timeout' }, 1],
    ['scrape_duration_seconds', TARGET, 5],
  ]);
});

test.each([
  ['a 1', { ...TARGET }],
  ['a{job="own"} 1', { ...TARGET, exported_job: 'own' }],
  ['a{instance="own",job="x"} 1', { ...TARGET, exported_instance: 'own', exported_job: 'x' }],
  ['a{job="own",exported_job="b"} 1', { ...TARGET, exported_job: 'b', exported_exported_job: 'own' }],
])('%s keeps its own labels', (text, labels) => {
  expect(scrape(text).samples[0]?.labels).toEqual(labels);
});

test('which samples are sums', () => {
  const { samples } = scrape(
    [
      '# TYPE c_total counter\nc_total 1',
      '# TYPE g gauge\ng 1\ng_sum 1',
      '# TYPE g_count gauge\ng_count 1',
      '# TYPE h histogram\nh_bucket{le="1"} 1\nh_sum 1\nh_count 1\nh_odd 1',
      '# TYPE s summary\ns{quantile="0.5"} 1\ns_sum 1\ns_count 1\ns_bucket 1',
      '# TYPE u untyped\nu 1\nplain_total 1\n',
    ].join('\n'),
  );
  expect(samples.filter(({ kind }) => kind === 'sum').map(({ name }) => name)).toEqual([
    'c_total',
    'h_bucket',
    'h_sum',
    'h_count',
    's_sum',
    's_count',
  ]);
});

describe('what cannot be sent is dropped and counted', () => {
  test.each([
    ['NaN and infinite values', 'a NaN\nb +Inf\nc -Inf\nd 1\n', 3, ['d']],
    ['a series given twice: the first counts', 'a{x="1",y="2"} 1\na{y="2",x="1"} 2\n', 1, ['a']],
    [
      'a label value over 1,024 characters',
      `a{x="${'v'.repeat(1_025)}"} 1\nb{x="${'v'.repeat(1_024)}"} 1\n`,
      1,
      ['b'],
    ],
    [
      'more labels than CloudWatch takes',
      `a{${Array.from({ length: 141 }, (_, i) => `l${String(i)}="v"`).join()}} 1\n`,
      1,
      [],
    ],
  ])('%s', (_, text, dropped, names) => {
    const { samples, own } = scrape(text);
    expect(own).toMatchObject({ homeostat_samples_dropped: dropped });
    expect(samples.map(({ name }) => name)).toEqual(names);
  });
});

test('labels of the target stand in every series; what it calls so itself is exported', () => {
  const read = parseExposition('a{zone="x",job="y"} 1\nb 2\n');
  const answer = { ok: true as const, ...read, atMs: AT_MS, durationS: 1 };
  const target = { ...TARGET, labels: { zone: 'eu' } };
  const { points } = scrapePoints(target, answer, new Map(), wantedMetrics(['*']));
  const labelsOf = (metric: string) => points.find(({ name }) => name === metric)?.labels;
  expect(labelsOf('a')).toEqual({ ...TARGET, zone: 'eu', exported_zone: 'x', exported_job: 'y' });
  expect(labelsOf('b')).toEqual({ ...TARGET, zone: 'eu' });
  expect(labelsOf('up')).toEqual({ ...TARGET, zone: 'eu' });
  const [down] = failurePoints(target, { reason: 'timeout', atMs: AT_MS });
  expect(down?.labels).toEqual({ ...TARGET, zone: 'eu' });
});

test('only what is wanted is sent; when it began is told by what is not', () => {
  const text = `# TYPE a_total counter
a_total 5
# TYPE b_total counter
b_total NaN
process_start_time_seconds ${String(AT_MS / 1_000 - 60)}
`;
  const { samples, own, dropped, seen } = scrape(text, { wanted: ['a_*'] });
  expect(samples).toMatchObject([{ name: 'a_total', kind: 'sum', value: 5, startMs: AT_MS - 60_000 }]);
  expect(own).toMatchObject({ scrape_samples_scraped: 3, scrape_samples_post_metric_relabeling: 1 });
  expect([dropped, seen.size]).toEqual([0, 0]);
});

test.each([
  { what: 'none given', timestampMs: undefined, used: AT_MS },
  { what: 'a minute old', timestampMs: AT_MS - 60_000, used: AT_MS - 60_000 },
  { what: '13 days old', timestampMs: AT_MS - 13 * 86_400_000, used: AT_MS - 13 * 86_400_000 },
  { what: '15 days old', timestampMs: AT_MS - 15 * 86_400_000, used: AT_MS },
  { what: 'an hour ahead', timestampMs: AT_MS + 3_600_000, used: AT_MS },
])("the sample's own time, $what", ({ timestampMs, used }) => {
  expect(scrape(`a 1 ${String(timestampMs ?? '')}\n`).samples[0]?.atMs).toBe(used);
});

describe('when a sum began to count', () => {
  const starts = (text: string, over = {}) =>
    scrape(text, over).samples.flatMap((point) => (point.kind === 'sum' ? [point.startMs] : []));
  const counter = '# TYPE c_total counter\nc_total';

  test('_created of the same labels', () => {
    expect(
      starts(`${counter}{x="1"} 5\nc_created{x="1"} 1700000000.5\nprocess_start_time_seconds 1600000000\n`),
    ).toEqual([1_700_000_000_500]);
  });

  test('_created of a histogram is for all its parts', () => {
    const text = '# TYPE h histogram\nh_bucket{le="1"} 1\nh_sum 1\nh_count 1\nh_created 1700000000\n';
    expect(starts(text)).toEqual([1_700_000_000_000, 1_700_000_000_000, 1_700_000_000_000]);
  });

  test("else the process' start", () => {
    expect(starts(`${counter} 5\nprocess_start_time_seconds 1600000000\n`)).toEqual([1_600_000_000_000]);
  });

  test.each(['NaN', '-5', '0', '1e300', '99999999999'])('a start of %s is none', (start) => {
    expect(starts(`${counter} 5\nprocess_start_time_seconds ${start}\n`)).toEqual([AT_MS]);
  });

  test('several processes behind one target say nothing', () => {
    const two =
      'process_start_time_seconds{pid="1"} 1600000000\nprocess_start_time_seconds{pid="2"} 1600000001\n';
    expect(starts(`${counter} 5\n${two}`)).toEqual([AT_MS]);
  });

  test('else when the series was first seen; after a reset, the scrape before it', () => {
    const seenAt = (values: readonly number[]) => {
      let before: SeenSeries = new Map();
      return values.map((value, at) => {
        const { samples, seen } = scrape(`${counter} ${String(value)}\n`, {
          atMs: AT_MS + at * 10_000,
          before,
        });
        before = seen;
        const [point] = samples;
        return point?.kind === 'sum' ? (point.startMs - AT_MS) / 10_000 : undefined;
      });
    };
    expect(seenAt([5, 7, 7, 2, 3, 0, 9])).toEqual([0, 0, 0, 2, 2, 4, 4]);
  });

  test('is never after the point itself', () => {
    const { samples } = scrape(`${counter} 5 ${String(AT_MS - 60_000)}\n`);
    expect(samples[0]).toMatchObject({ startMs: AT_MS - 60_000, atMs: AT_MS - 60_000 });
  });
});
