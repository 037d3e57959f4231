import { afterEach, expect, test } from 'vitest';
import { promqlReader } from '../../../../../shared/adapters/cloudwatch/promql-reader.ts';
import type { LoopbackServer } from '../../../../fakes/bad-target.ts';
import { serve } from '../../../../fakes/bad-target.ts';
import { FakeClock } from '../../../../fakes/fake-clock.ts';
import { recorder } from '../../../../fakes/recorder.ts';

let server: LoopbackServer | undefined;
afterEach(() => server?.stop());

async function start(body: unknown, status = 200) {
  const recorded = recorder(() => ({ status, body: typeof body === 'string' ? body : JSON.stringify(body) }));
  server = await serve(recorded.listener);
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };
  const reader = promqlReader({
    region: 'us-east-1',
    endpoint: server.url,
    credentials,
    clock: new FakeClock(),
  });
  return { reader, requests: recorded.requests };
}

const vector = (...values: string[]) => ({
  status: 'success',
  data: {
    resultType: 'vector',
    result: values.map((value) => ({ metric: { job: 'web' }, value: [1_700_000_000.5, value] })),
  },
});

test('a query is a signed form, its answer labelled values', async () => {
  const { reader, requests } = await start(vector('1.5', 'NaN', '+Inf'));
  expect(await reader.instant('up{job="web"} + 1', 1_700_000_000_500)).toEqual([
    { labels: { job: 'web' }, value: 1.5, atMs: 1_700_000_000_500 },
    { labels: { job: 'web' }, value: NaN, atMs: 1_700_000_000_500 },
    { labels: { job: 'web' }, value: Infinity, atMs: 1_700_000_000_500 },
  ]);
  expect(requests[0]).toMatchObject({ method: 'POST', path: '/api/v1/query' });
  expect(requests[0]?.headers.authorization).toContain('/us-east-1/monitoring/aws4_request');
  expect(Object.fromEntries(new URLSearchParams(requests[0]?.body.toString()))).toEqual({
    query: 'up{job="web"} + 1',
    time: '1700000000.5',
  });
});

test('without a moment it is now; a scalar has no labels', async () => {
  const { reader, requests } = await start({
    status: 'success',
    data: { resultType: 'scalar', result: [1, '2'] },
  });
  expect(await reader.instant('1 + 1')).toEqual([{ labels: {}, value: 2, atMs: 1_000 }]);
  expect(new URLSearchParams(requests[0]?.body.toString()).has('time')).toBe(false);
});

test.each([
  [
    { status: 'error', errorType: 'bad_data', error: 'unexpected )' },
    400,
    'The query "up)" failed: unexpected ) (HTTP 400: ',
  ],
  ['<html>', 200, 'The query "up)" failed: the answer is not one of the Prometheus API (HTTP 200: <html>)'],
  [
    { message: 'AccessDenied' },
    403,
    'The query "up)" failed: the answer is not one of the Prometheus API (HTTP 403: ',
  ],
  [{ status: 'success', data: { resultType: 'matrix', result: [] } }, 200, 'not one of the Prometheus API'],
  [vector('many'), 200, '"many" is not a number'],
])('an error names the query and the answer: %j', async (body, status, message) => {
  const { reader } = await start(body, status);
  await expect(reader.instant('up)')).rejects.toThrow(message);
});
