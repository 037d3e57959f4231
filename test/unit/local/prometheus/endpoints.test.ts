import { expect, test } from 'vitest';
import type { RestResponse } from '../../../../local/kernel/service.ts';
import { prometheusRoutes } from '../../../../local/prometheus/endpoints.ts';
import { PLAIN_RULES } from '../../../../local/prometheus/house-rules.ts';
import { MemoryStore } from '../../../../shared/promql/storage/memory-store.ts';

const CALL = { principal: 'owner', requestId: 'r' };

/** Three series with a sample each second for ten seconds, in a house that answers 20 samples at most. */
function get(path: string, parameters: Readonly<Record<string, string>>): RestResponse {
  const source = new MemoryStore();
  for (const job of ['a', 'b', 'c'])
    for (let second = 0; second < 10; second++) source.put({ __name__: 'up', job }, second * 1_000, 1);
  const rules = { ...PLAIN_RULES, mostSamples: 20 };
  const routes = prometheusRoutes({ source, nowMs: () => 0, options: {}, rules });
  const route = routes.find((one) => one.method === 'GET' && one.path === path);
  const request = { params: {}, query: new URLSearchParams(parameters), headers: {}, body: Buffer.from('') };
  return route?.handle(request, CALL) as RestResponse;
}

test('an answer that would fill the memory is refused, and how to ask for less is said', () => {
  const range = { query: 'up', start: '0', end: '9', step: '1' };
  const refused = {
    status: 422,
    body: {
      errorType: 'execution',
      error: expect.stringMatching(/30 samples, more than 20: take a longer step/) as unknown,
    },
  };
  expect(get('/api/v1/query_range', range)).toMatchObject(refused);
  expect(get('/api/v1/query', { query: 'up[1m]', time: '9' })).toMatchObject(refused);
});

test('what the asker limits may be part of much', () => {
  const range = { query: 'up', start: '0', end: '9', step: '1', limit: '2' };
  const { status, body } = get('/api/v1/query_range', range);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    data: { result: [{ metric: { job: 'a' } }, { metric: { job: 'b' } }] },
    warnings: ['results truncated due to limit'],
  });
});
