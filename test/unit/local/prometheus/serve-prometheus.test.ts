import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { servePrometheus, type PrometheusServer } from '../../../../local/prometheus/serve-prometheus.ts';
import { MemoryStore } from '../../../../shared/promql/storage/memory-store.ts';

const NOW_MS = Date.UTC(2026, 2, 1);
const NOW_S = NOW_MS / 1000;

let server: PrometheusServer;
beforeAll(async () => {
  const source = new MemoryStore();
  for (const job of ['b', 'a']) source.put({ __name__: 'up', job }, NOW_MS, 1);
  source.put({ __name__: 'http.requests', 'service.name': 'cart', status: '500' }, NOW_MS, 1e21);
  const metadata = new Map([['up', { type: 'gauge', help: 'Whether it answers.', unit: '' } as const]]);
  server = await servePrometheus({ source, metadata, nowMs: () => NOW_MS, options: {}, port: 0 });
});
afterAll(() => server.close());

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** By hand, because `fetch` lets nobody set Host and Origin. */
function ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}) {
  return new Promise<{ status: number; type: string; text: string }>((resolve, reject) => {
    const sent = request(`${server.url}${path}`, { method, headers }, (response) => {
      let text = '';
      response.on('data', (part) => (text += String(part)));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function data(path: string, asked?: Asked): Promise<unknown> {
  const { status, text } = await ask(`/api/v1/${path}`, asked);
  expect(status).toBe(200);
  return (JSON.parse(text) as { data: unknown }).data;
}

describe('Prometheus, served here', () => {
  test('answers what Grafana asks when it connects', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = 'query=1%2B1&time=4&timeout=60s&stats=all';
    expect(await data('query', { method: 'POST', headers: form, body })).toEqual({
      resultType: 'scalar',
      result: [4, '2'],
    });
    expect(await data('status/buildinfo')).toMatchObject({ version: '3.0.0' });
    expect(await data('label/__name__/values')).toEqual(['http.requests', 'up']);
    expect(await data('labels', { method: 'POST', headers: form, body: 'match[]=up' })).toEqual([
      '__name__',
      'job',
    ]);
    expect(await data('metadata')).toEqual({
      up: [{ type: 'gauge', help: 'Whether it answers.', unit: '' }],
    });
  });

  test('takes a name that is no plain word, escaped as Prometheus escapes it, too', async () => {
    expect(await data('label/service.name/values')).toEqual(['cart']);
    expect(await data('label/U__service_2e_name/values')).toEqual(['cart']);
    expect(await data('label/U__service_zz_name/values')).toEqual([]);
  });

  test('has none of the limits of CloudWatch: a selector may name no metric, and reach back for years', async () => {
    const query = encodeURIComponent('count({job!=""}) + count(max_over_time(up[3y]))');
    expect(await data(`query?query=${query}`)).toMatchObject({ result: [{ value: [NOW_S, '4'] }] });
  });

  test('cuts at the limit that is asked for, and says so', async () => {
    const { text } = await ask('/api/v1/query?query=up&limit=1');
    expect(JSON.parse(text)).toMatchObject({
      data: { result: [{ metric: { job: 'b' } }] },
      warnings: ['results truncated due to limit'],
    });
    for (const path of ['label/job/values?limit=1', 'labels?limit=1', 'series?match[]=up&limit=1'])
      expect(await data(path)).toHaveLength(1);
    expect(await data('series?match[]=up&limit=0')).toHaveLength(2);
  });

  test('ends a query that takes longer than its time-out, and two minutes anyhow', async () => {
    let nowMs = NOW_MS;
    const source = new MemoryStore();
    for (let second = 0; second < 60; second++) source.put({ __name__: 'up' }, NOW_MS - second * 1_000, 1);
    // Each look at the clock takes a second.
    const clock = (): number => (nowMs += 1_000);
    const slow = await servePrometheus({ source, metadata: new Map(), nowMs: clock, options: {}, port: 0 });
    onTestFinished(() => slow.close());
    const answerTo = async (query: string): Promise<unknown> => {
      const answer = await fetch(`${slow.url}/api/v1/query?time=${NOW_S}&query=${query}`);
      return { status: answer.status, body: await answer.json() };
    };
    const timedOut = {
      status: 503,
      body: { status: 'error', errorType: 'timeout', error: 'query timed out in query execution' },
    };
    const nested = `${'max_over_time('.repeat(130)}up${'[2s:1s])'.repeat(130)}`;
    expect(await answerTo('up%2Bup%2Bup%2Bup&timeout=1s')).toEqual(timedOut);
    expect(await answerTo(`${nested}&timeout=1h`)).toEqual(timedOut);
    expect(await answerTo('up&timeout=1h')).toMatchObject({ status: 200 });
  });

  test('heeds lookback_delta', async () => {
    expect(await data(`query?query=up&time=${NOW_S + 60}&lookback_delta=30`)).toMatchObject({ result: [] });
    for (const [afterS, lookback] of [
      [600, '1h'],
      [60, '0'],
      [60, '-30'],
    ] as const)
      expect(await data(`query?query=up&time=${NOW_S + afterS}&lookback_delta=${lookback}`)).toMatchObject({
        result: [{}, {}],
      });
  });

  test('a selector that finds too many series is refused as an execution that failed', async () => {
    const source = new MemoryStore({ maxSeries: 1 });
    for (const job of ['b', 'a']) source.put({ __name__: 'up', job }, NOW_MS, 1);
    const options = { source, metadata: new Map(), nowMs: () => NOW_MS, options: {}, port: 0 };
    const small = await servePrometheus(options);
    onTestFinished(() => small.close());
    const answer = await fetch(`${small.url}/api/v1/query?query=count(up)`);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ status: 'error', errorType: 'execution' });
  });

  test('numbers that are large or small have exponents of two digits, those of scalars have none', async () => {
    const number = async (query: string) =>
      (await data(`query?query=${encodeURIComponent(query)}&time=0`)) as { result: unknown };
    expect((await number('vector(1e21)')).result).toMatchObject([{ value: [0, '1e+21'] }]);
    expect((await number('vector(-1.5e-7)')).result).toMatchObject([{ value: [0, '-1.5e-07'] }]);
    expect((await number('1e21')).result).toEqual([0, '1000000000000000000000']);
  });

  test.each([
    { path: '/api/v1/nothing', method: 'GET', status: 404 },
    { path: '/', method: 'GET', status: 404 },
    { path: '/api/v1/query', method: 'PUT', status: 405 },
    { path: '/api/v1/metadata', method: 'POST', status: 405 },
    { path: '/api/v1/admin/tsdb/delete_series', method: 'POST', status: 404 },
    { path: '/api/v1/label/%zz/values', method: 'GET', status: 400 },
  ])('$method $path is answered $status', async ({ path, method, status }) => {
    expect((await ask(path, { method })).status).toBe(status);
  });

  test.each([
    { host: 'evil.example' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ])('a page of another site gets nothing: %o', async (headers) => {
    const { status, text } = await ask('/api/v1/query?query=up', { headers });
    expect(status).toBe(403);
    expect(text).not.toContain('job');
  });

  test('a body over 4 MB is refused, and the server goes on', async () => {
    const sent = await ask('/api/v1/query', { method: 'POST', body: 'x'.repeat(5_000_000) });
    expect(sent.status).toBe(413);
    expect(JSON.parse(sent.text)).toMatchObject({ status: 'error', errorType: 'bad_data' });
    expect(await data('labels')).toContain('job');
  });
});
