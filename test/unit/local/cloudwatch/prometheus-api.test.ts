import { expect, test } from 'vitest';
import { startCloud, type Cloud, type Reading } from './cloud.ts';

const get = (cloud: Cloud, path: string, parameters: Record<string, string>): Record<string, unknown> => {
  const { status, body } = cloud.http('GET', `${path}?${new URLSearchParams(parameters).toString()}`);
  return { code: status, ...(body as object) };
};
const system = { '@aws.account': '123456789012', '@aws.region': 'us-east-1' };

async function aCloudWithSamples(): Promise<Cloud> {
  const cloud = await startCloud();
  for (let index = 0; index < 3; index += 1) {
    cloud.send({ up: [[{ instance: 'a' }, index]], 'http.duration': [[{ instance: 'b', le: '+Inf' }, 1.5]] });
    await cloud.forward(10);
  }
  return cloud;
}

test('an instant query, by GET and by POST', async () => {
  const cloud = await aCloudWithSamples();
  const nowS = cloud.kernel.clock.nowMs() / 1000;
  const result = [{ metric: { __name__: 'up', instance: 'a', ...system }, value: [nowS, '2'] }];
  const expected = { code: 200, status: 'success', data: { resultType: 'vector', result } };
  expect(get(cloud, '/api/v1/query', { query: 'up' })).toEqual(expected);
  const posted = cloud.http('POST', '/api/v1/query', `query=up&time=${nowS}`);
  expect({ code: posted.status, ...(posted.body as object) }).toEqual(expected);
  expect(get(cloud, '/api/v1/query', { query: '1/0' })['data']).toEqual({
    resultType: 'scalar',
    result: [nowS, '+Inf'],
  });
  expect(get(cloud, '/api/v1/query', { query: '"text"' })['data']).toMatchObject({ resultType: 'string' });
  expect(get(cloud, '/api/v1/query', { query: 'up[1m]' })['data']).toMatchObject({ resultType: 'matrix' });
  const early = { query: '{"http.duration"}', time: '2026-03-01T00:00:00Z' };
  expect(get(cloud, '/api/v1/query', early)['data']).toMatchObject({
    result: [{ value: [1772323200, '1.5'] }],
  });
});

test('a range query', async () => {
  const cloud = await aCloudWithSamples();
  const parameters = { query: 'up', start: '2026-03-01T00:00:00Z', end: '1772323220', step: '10s' };
  expect(get(cloud, '/api/v1/query_range', parameters)['data']).toEqual({
    resultType: 'matrix',
    result: [
      {
        metric: { __name__: 'up', instance: 'a', ...system },
        values: [
          [1772323200, '0'],
          [1772323210, '1'],
          [1772323220, '2'],
        ],
      },
    ],
  });
});

test('series, labels and values', async () => {
  const cloud = await aCloudWithSamples();
  expect(get(cloud, '/api/v1/series', { 'match[]': '{__name__=~".+",instance="b"}' })['data']).toEqual([
    { __name__: 'http.duration', instance: 'b', le: '+Inf', ...system },
  ]);
  expect(get(cloud, '/api/v1/labels', {})['data']).toEqual([
    '@aws.account',
    '@aws.region',
    '__name__',
    'instance',
    'le',
  ]);
  expect(get(cloud, '/api/v1/label/instance/values', {})['data']).toEqual(['a', 'b']);
  expect(get(cloud, '/api/v1/label/%40aws.region/values', { 'match[]': 'up' })['data']).toEqual([
    'us-east-1',
  ]);
  const later = { start: String(cloud.kernel.clock.nowMs() / 1000), end: '1900000000' };
  expect(get(cloud, '/api/v1/label/instance/values', later)['data']).toEqual([]);
});

test.each([
  { path: '/api/v1/query', parameters: {}, code: 400, error: 'invalid parameter "query"' },
  { path: '/api/v1/query', parameters: { query: 'up ==' }, code: 400, error: '1:6: parse error' },
  {
    path: '/api/v1/query',
    parameters: { query: 'up', time: 'soon' },
    code: 400,
    error: 'cannot parse "soon"',
  },
  { path: '/api/v1/query', parameters: { query: 'rate(up[8d])' }, code: 422, error: 'more than 7 days' },
  { path: '/api/v1/series', parameters: {}, code: 400, error: 'no match[]' },
  ...['sum(up)', '(up)', 'up offset 5m', 'up @ start()'].map((selector) => ({
    path: '/api/v1/series',
    parameters: { 'match[]': selector },
    code: 400,
    error: 'expected a series selector',
  })),
  {
    path: '/api/v1/query_range',
    parameters: { query: 'up', start: '0', end: '604800', step: '1h' },
    code: 200,
    error: undefined,
  },
  {
    path: '/api/v1/query_range',
    parameters: { query: 'rate(up[1m])', start: '0', end: '604800', step: '1h' },
    code: 422,
    error: '7 days together',
  },
  {
    path: '/api/v1/query_range',
    parameters: { query: 'rate(up[step() * 200])', start: '0', end: '3600', step: '1h' },
    code: 422,
    error: '7 days',
  },
  {
    path: '/api/v1/query',
    parameters: { query: 'rate(up[step()])' },
    code: 400,
    error: '1:9: parse error: duration must be greater than 0',
  },
  {
    path: '/api/v1/query_range',
    parameters: { query: 'up', start: '1', end: '0', step: '1' },
    code: 400,
    error: 'end',
  },
  {
    path: '/api/v1/query_range',
    parameters: { query: 'up', start: '0', end: '1', step: '0' },
    code: 400,
    error: 'zero',
  },
  {
    path: '/api/v1/query_range',
    parameters: { query: 'up', start: '0', end: '1', step: 'x' },
    code: 400,
    error: '"x"',
  },
  {
    path: '/api/v1/query_range',
    parameters: { query: 'up', start: '0', end: '86400', step: '1' },
    code: 400,
    error: 'resolution',
  },
])('$path $parameters answers $code', async ({ path, parameters, code, error }) => {
  const cloud = await startCloud();
  const answer = get(cloud, path, parameters);
  expect(answer['code']).toBe(code);
  if (error === undefined) return;
  expect(answer).toMatchObject({ status: 'error', errorType: code === 400 ? 'bad_data' : 'execution' });
  expect(String(answer['error'])).toContain(error);
});

test('over 500 series the result is cut and says so, as CloudWatch truncates', async () => {
  const cloud = await startCloud();
  const many: Reading[] = Array.from({ length: 501 }, (_, index) => [{ instance: `i${index}` }, 1]);
  cloud.send({ up: many });
  const answer = get(cloud, '/api/v1/query', { query: 'up' });
  expect((answer['data'] as { result: unknown[] }).result).toHaveLength(500);
  expect(answer['warnings']).toEqual(['501 were found; CloudWatch returns at most 500']);
});

test('samples survive a restart, but for what came in the last second', async () => {
  const before = await aCloudWithSamples();
  before.send({ late: [[{}, 1]] });
  const cloud = await before.restart();
  expect(get(cloud, '/api/v1/label/__name__/values', {})['data']).toEqual(['http.duration', 'up']);
  cloud.send({ up: [[{ instance: 'a' }, 7]] });
  await cloud.service.stop?.();
  const again = await cloud.restart();
  expect(get(again, '/api/v1/query', { query: 'up' })['data']).toMatchObject({
    result: [{ value: [expect.anything(), '7'] }],
  });
});

test('samples past the retention are forgotten, on disk as well', async () => {
  const cloud = await startCloud({ retentionMs: 600_000 });
  cloud.send({ up: [[{}, 1]] });
  await cloud.forward(400);
  cloud.send({ new: [[{}, 1]] });
  await cloud.forward(500);
  const names = (one: Cloud) => get(one, '/api/v1/label/__name__/values', {})['data'];
  expect(names(cloud)).toEqual(['new']);
  expect(names(await cloud.restart())).toEqual(['new']);
});

test('the OTLP route answers a google.rpc.Status for what it refuses, and partial success', async () => {
  const cloud = await startCloud();
  expect(cloud.http('POST', '/v1/metrics', '[')).toMatchObject({ status: 400, body: { code: 3 } });
  expect(cloud.send({ up: [[{}, 1]] })).toEqual({ status: 200, body: {} });
  const bad: Reading = [{ x: 'v'.repeat(2000) }, 1];
  expect(cloud.send({ up: [[{}, 1], bad] })).toMatchObject({
    status: 200,
    body: { partialSuccess: { rejectedDataPoints: '1' } },
  });
});
