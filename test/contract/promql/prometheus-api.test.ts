import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { servePrometheus, type PrometheusServer } from '../../../local/prometheus/serve-prometheus.ts';
import { MemoryStore } from '../../../shared/promql/storage/memory-store.ts';
import { hasPrometheus, startPrometheus, type Prometheus } from './prometheus.ts';

/** The API's shape: the same questions to Debian's Prometheus and to ours, over the same samples. */

const START_S = 1_700_000_000;
const times = Array.from({ length: 40 }, (_, at) => START_S * 1000 + at * 15_000);
const series = [
  ...['a', 'b', 'ü', '\ue000', '😀'].flatMap((job, at) =>
    ['x', 'y'].map((instance) => ({
      labels: { __name__: 'up', job, instance },
      timesMs: times,
      values: times.map((_, step) => (step * (at + 1)) / 7),
    })),
  ),
  { labels: { __name__: 'up' }, timesMs: times, values: times.map(() => 1) },
  {
    labels: { __name__: 'odd', zone: 'z' },
    timesMs: times,
    values: times.map(
      (_, step) => [1e21, 1e-7, 1e20, 1e-6, -0, Number.NaN, Infinity, -Infinity][step % 8] ?? 0,
    ),
  },
  { labels: { __name__: 'short' }, timesMs: times.slice(0, 2), values: [1, 2] },
];

describe.skipIf(!hasPrometheus())("Debian's Prometheus and ours, asked the same", () => {
  let theirs: Prometheus;
  let ours: PrometheusServer;
  beforeAll(async () => {
    theirs = await startPrometheus(series);
    const source = new MemoryStore();
    for (const { labels, timesMs, values } of series.toReversed())
      timesMs.forEach((timeMs, at) => source.put(labels, timeMs, values[at] ?? 0));
    ours = await servePrometheus({
      source,
      metadata: new Map(),
      nowMs: () => Date.now(),
      options: {},
      port: 0,
    });
  });
  afterAll(async () => {
    await ours.close();
    await theirs.stop();
  });

  async function ask(url: string, method: string, path: string): Promise<{ status: number; body: unknown }> {
    const [place = '', parameters = ''] = path.split('?');
    const form = new URLSearchParams(parameters);
    const address = `${url}/api/v1/${place}`;
    const answer =
      method === 'POST'
        ? await fetch(address, { method, body: form })
        : await fetch(`${address}?${form.toString()}`, { method });
    const text = await answer.text();
    return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : text.trim() };
  }

  /** Prometheus gives vectors in no promised order. */
  function comparable(answer: { status: number; body: unknown }): unknown {
    // What 2.42 leaves out for a range query, Prometheus 3 says.
    const { error } = answer.body as { error?: string };
    if (error !== undefined)
      return {
        ...answer,
        body: { ...(answer.body as object), error: error.replace('invalid parameter "query": ', '') },
      };
    const { data } = answer.body as { data?: { resultType?: string; result: object[] } };
    if (data?.resultType !== 'vector' && data?.resultType !== 'matrix') return answer;
    return {
      ...answer,
      body: { ...(answer.body as object), data: { ...data, result: new Set(data.result) } },
    };
  }

  // Beside the samples: 2.42 still counts one at the very beginning of a range.
  const at = `time=${START_S + 307}`;
  const range = `start=${START_S}&end=${START_S + 60}`;
  test.each([
    `query?query=up&${at}`,
    `query?query=odd[5m]&${at}`,
    `query?query=up[1m]&${at}`,
    `query?query=up*1e-7&${at}`,
    `query?query=1e21&${at}`,
    `query?query=1e-7&${at}`,
    `query?query=-0&${at}`,
    `query?query=1/0&${at}`,
    `query?query="text"&${at}`,
    `query?query=time()&time=${START_S}.1237`,
    'query?query=time()&time=1e9',
    'query?query=time()&time=2023-11-14T22:13:20.5%2B01:00',
    'query?query=time()&time=2023-11-14',
    'query?query=1&time=soon',
    'query?query=1&time=&timeout=never',
    'query',
    'query?query=rate(up)',
    `query?query=sum(short)&time=${START_S + 314}`,
    `query?query=sum(short)&time=${START_S + 315}.001`,
    `query?query=nothing&${at}`,
    `query_range?query=up&${range}&step=15`,
    `query_range?query=up&${range}&step=15s`,
    `query_range?query=odd&${range}&step=7.5`,
    `query_range?query=1&${range}&step=30`,
    `query_range?query=nothing&${range}&step=30`,
    `query_range?query=up[1m]&${range}&step=15`,
    `query_range?query="text"&${range}&step=15`,
    'query_range?query=up',
    `query_range?query=up&start=${START_S}`,
    `query_range?query=up&${range}`,
    `query_range?query=up&${range}&step=x`,
    `query_range?query=up&${range}&step=0`,
    `query_range?query=up&${range}&step=-15`,
    `query_range?query=up&${range}&step=1e300`,
    `query_range?query=up&${range}&step=5s1m`,
    `query_range?query=up&start=${START_S}&end=${START_S - 1}&step=1`,
    `query_range?query=1&start=${START_S}&end=${START_S + 11_000}&step=1`,
    `query_range?query=up&start=${START_S}&end=${START_S + 11_001}&step=1`,
    `query_range?query=rate(up)&${range}&step=1`,
    'series?match[]=up',
    'series?match[]=up{job="a"}&match[]={instance="x"}',
    'series?match[]=nothing',
    `series?match[]=up&start=${START_S + 86_400_000}`,
    `series?match[]=up&end=${START_S - 86_400_000}`,
    'series?match[]=up&start=x',
    'series?match[]=up&end=x',
    'series',
    'series?match[]={}',
    'series?match[]={job=~".*"}',
    'series?match[]={job!="a"}',
    'labels',
    'labels?match[]=short',
    'labels?match[]=nothing',
    'labels?match[]=up{job="a"}&match[]=odd',
    'labels?start=x',
    'labels?match[]={}',
    'label/job/values',
    'label/job/values?match[]=up{job!="a"}',
    'label/nothing/values',
    'label/__name__/values',
    'label/job/values?match[]={}',
    'label/job/values?end=x',
    'metadata',
    'metadata?metric=up',
    'metadata?limit=x',
    'nothing',
  ])('%s', async (path) => {
    const methods = /^(?:query|query_range|series|labels)(?:\?|$)/.test(path) ? ['GET', 'POST'] : ['GET'];
    for (const method of methods)
      expect(comparable(await ask(ours.url, method, path))).toEqual(
        comparable(await ask(theirs.url, method, path)),
      );
  });

  test.each(['query', 'query_range', 'series', 'labels', 'label/job/values', 'metadata', 'status/buildinfo'])(
    '%s, in a way that is not its own',
    async (path) => {
      expect(await ask(ours.url, 'PUT', path)).toEqual(await ask(theirs.url, 'PUT', path));
    },
  );

  test('a range query gives its series in the same order', async () => {
    const path = `query_range?query=up&${range}&step=15`;
    const { body } = await ask(ours.url, 'GET', path);
    expect(JSON.stringify((body as { data: { result: object[] } }).data.result.map(labelsOf))).toBe(
      JSON.stringify(
        ((await ask(theirs.url, 'GET', path)).body as { data: { result: object[] } }).data.result.map(
          labelsOf,
        ),
      ),
    );
  });

  test('what tells who answers has the same fields', async () => {
    const fields = async (url: string) =>
      Object.keys(((await ask(url, 'GET', 'status/buildinfo')).body as { data: object }).data).sort();
    expect(await fields(ours.url)).toEqual(await fields(theirs.url));
  });
});

function labelsOf(one: object): unknown {
  return Object.entries((one as { metric: Record<string, string> }).metric).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
}
