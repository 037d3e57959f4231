import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPrometheus, startPrometheus, type Prometheus } from './prometheus.ts';

const START_MS = 1_700_000_000_000;

describe.skipIf(!hasPrometheus())("Debian's Prometheus with samples of ours", () => {
  let prometheus: Prometheus;
  beforeAll(async () => {
    prometheus = await startPrometheus([
      {
        labels: { __name__: 'g', text: 'a "quoted" \\ ü\n' },
        timesMs: [START_MS + 1, START_MS + 15_003],
        values: [0.1 + 0.2, -Infinity],
      },
    ]);
  });
  afterAll(() => prometheus.stop());

  test('has every bit of them', async () => {
    const answer = await prometheus.get('/api/v1/query', {
      query: 'g[1m]',
      time: String(START_MS / 1000 + 20),
    });
    expect(answer).toEqual({
      status: 'success',
      data: {
        resultType: 'matrix',
        result: [
          {
            metric: { __name__: 'g', text: 'a "quoted" \\ ü\n' },
            values: [
              [START_MS / 1000 + 0.001, '0.30000000000000004'],
              [START_MS / 1000 + 15.003, '-Inf'],
            ],
          },
        ],
      },
    });
  });

  test('gives a refusal as an answer', async () => {
    expect(await prometheus.get('/api/v1/query', { query: 'rate(g)' })).toMatchObject({
      status: 'error',
      errorType: 'bad_data',
    });
  });
});
