import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { otlpSender } from '../../../../../shared/adapters/cloudwatch/otlp-sender.ts';
import type { SeriesPoint } from '../../../../../shared/domain/collection/point.ts';
import type { LoopbackServer } from '../../../../fakes/bad-target.ts';
import { serve } from '../../../../fakes/bad-target.ts';
import { FakeClock } from '../../../../fakes/fake-clock.ts';
import { FakeLog } from '../../../../fakes/fake-log.ts';
import { recorder } from '../../../../fakes/recorder.ts';

let server: LoopbackServer | undefined;
afterEach(() => server?.stop());

const point: SeriesPoint = {
  kind: 'gauge',
  name: 'up',
  labels: { job: 'web' },
  value: 1,
  atMs: 1_700_000_000_000,
};

/** A sender to a real server that answers as `reply` says; time only passes when it waits. */
async function start(reply: Parameters<typeof recorder>[0]) {
  const recorded = recorder(reply);
  server = await serve(recorded.listener);
  const log = new FakeLog();
  const clock = new FakeClock();
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret', sessionToken: 'token' };
  const options = { region: 'eu-west-1', endpoint: server.url, credentials, clock, random: () => 0.5 };
  const sender = otlpSender(options, log);
  const write = (points: readonly SeriesPoint[]) => sender.write({ system: 'shop', service: 'web', points });
  return { write, requests: recorded.requests, log, clock };
}

test('a batch goes out as signed, compressed OTLP JSON', async () => {
  const { write, requests } = await start(() => ({ status: 200, body: '{}' }));
  expect(await write([point])).toEqual({ accepted: 1, rejected: 0, requests: 1 });
  expect(requests[0]).toMatchObject({
    method: 'POST',
    path: '/v1/metrics',
    headers: {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'x-amz-security-token': 'token',
    },
  });
  expect(requests[0]?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/monitoring\/aws4_request, SignedHeaders=.*host.*, Signature=[0-9a-f]{64}$/,
  );
  const body = JSON.parse(gunzipSync(requests[0]?.body ?? '').toString()) as {
    resourceMetrics: { resource: unknown }[];
  };
  expect(body.resourceMetrics[0]?.resource).toEqual({
    attributes: [
      { key: 'homeostat.system', value: { stringValue: 'shop' } },
      { key: 'service.name', value: { stringValue: 'web' } },
    ],
  });
});

test('at most 1,000 points a request', async () => {
  const { write, requests } = await start(() => ({ status: 200 }));
  expect(await write(Array.from({ length: 2_500 }, () => point))).toMatchObject({
    accepted: 2_500,
    requests: 3,
  });
  const counts = requests.map(({ body }) => gunzipSync(body).toString().split('timeUnixNano').length - 1);
  expect(counts.toSorted((a, b) => b - a)).toEqual([1_000, 1_000, 500]);
});

describe('what passes is tried again', () => {
  test.each([429, 500, 503])('HTTP %i', async (status) => {
    const { write, requests, clock } = await start((_, nth) => ({ status: nth < 3 ? status : 200 }));
    const startMs = clock.nowMs();
    expect(await write([point])).toMatchObject({ accepted: 1 });
    expect(requests).toHaveLength(3);
    expect(clock.nowMs() - startMs).toBe(200 + 400);
  });

  test('a connection that is cut', async () => {
    const { write, requests } = await start((_, nth) => (nth < 2 ? 'hang up' : { status: 200 }));
    expect(await write([point])).toMatchObject({ accepted: 1 });
    expect(requests.length).toBeGreaterThanOrEqual(2);
  });

  test('but not for ever', async () => {
    const { write, requests } = await start(() => ({ status: 503, body: 'busy' }));
    await expect(write([point])).rejects.toThrow(
      '1 of 1 OTLP requests with the series of shop/web were given up: HTTP 503: busy',
    );
    expect(requests).toHaveLength(5);
  });

  test('nobody there: the error says where, how often and why', async () => {
    const { write } = await start(() => ({ status: 200 }));
    await server?.stop();
    const gone = server?.url ?? '';
    server = undefined;
    await expect(write([point])).rejects.toThrow(
      `No answer from ${gone}/ for /v1/metrics after 5 attempts: fetch failed`,
    );
  });
});

test('what is refused is final and logged, and the other requests are still sent', async () => {
  const { write, requests, log } = await start((_, nth) =>
    nth === 1 ? { status: 400, body: 'no good' } : { status: 200 },
  );
  await expect(write(Array.from({ length: 2_500 }, () => point))).rejects.toThrow('1 of 3 OTLP requests');
  expect(requests).toHaveLength(3);
  expect(log.lines).toMatchObject([{ level: 'error', fields: { status: 400, answer: 'no good' } }]);
});

test('what is refused in part is counted and logged', async () => {
  const body = JSON.stringify({ partialSuccess: { rejectedDataPoints: '2', errorMessage: 'too old' } });
  const { write, log } = await start(() => ({ status: 200, body }));
  expect(await write([point, point, point])).toEqual({ accepted: 1, rejected: 2, requests: 1 });
  expect(log.lines).toMatchObject([{ level: 'warn', fields: { rejected: 2, message: 'too old' } }]);
});
