import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atMost } from '../../../../functions/collect/at-most.ts';
import { SystemMemory } from '../../../../functions/collect/memory.ts';
import { sweepSystem } from '../../../../functions/collect/sweep-system.ts';
import { boundedGet } from '../../../../shared/adapters/http/bounded-get.ts';
import type { CompiledService } from '../../../../shared/domain/catalog/compiled.ts';
import type { SeriesPoint } from '../../../../shared/domain/collection/point.ts';
import { aService, aSystem } from '../../../builders/collection.ts';
import type { LoopbackServer } from '../../../fakes/bad-target.ts';
import { badTarget, serve } from '../../../fakes/bad-target.ts';
import { FakeClock } from '../../../fakes/fake-clock.ts';
import { FakeNames } from '../../../fakes/fake-names.ts';
import { FakeFleet } from '../../../fakes/fake-fleet.ts';
import { FakeLog } from '../../../fakes/fake-log.ts';
import { FakeSeriesWriter } from '../../../fakes/fake-series.ts';

let server: LoopbackServer;
beforeAll(async () => {
  server = await serve(badTarget);
});
afterAll(() => server.stop());

/** A system over real HTTP; the time-out is short so that nobody waits for the slow ones. */
function start(services: readonly CompiledService[], timeoutS = 0.4, metrics = ['*']) {
  const series = new FakeSeriesWriter();
  const log = new FakeLog();
  const fleet = new FakeFleet();
  const names = new FakeNames();
  const clock = new FakeClock();
  const deps = { clock, get: boundedGet(), fleet, names, series, log, limit: atMost(50) };
  const system = aSystem(services, { collection: { everyS: 10, timeoutS, maxBytes: 10_000_000, metrics } });
  const memory = new SystemMemory(clock.nowMs(), metrics);
  return { series, log, fleet, names, clock, sweep: () => sweepSystem(deps, { system, memory }) };
}

const scraping = (service: string, path: string) =>
  aService({ service, scrape: { kind: 'static', urls: [server.url + path] } });
const byJob = (points: readonly SeriesPoint[]): Record<string, string | number> =>
  Object.fromEntries(points.map(({ labels, value }) => [labels['job'] ?? '', labels['reason'] ?? value]));

describe('bad targets cost one series each, never the run', () => {
  test('all at once, beside a good one', async () => {
    const paths = [
      'html',
      '100mb',
      'bomb',
      'invalid-utf8',
      'slow-loris',
      'silent',
      'reset',
      'loop',
      'elsewhere',
      'error',
      'broken',
    ];
    const gone = await serve(badTarget);
    await gone.stop();
    const refused = aService({ service: 'refused', scrape: { kind: 'static', urls: [gone.url] } });
    const { series, log, sweep } = start(
      [...paths.map((path) => scraping(path, `/${path}`)), refused, scraping('good', '/metrics')],
      2,
    );
    await sweep();
    expect(byJob(series.of('homeostat_scrape_error'))).toEqual({
      html: 'html',
      '100mb': 'too_large',
      bomb: 'too_large',
      'invalid-utf8': 'invalid_utf8',
      'slow-loris': 'timeout',
      silent: 'timeout',
      reset: 'reset',
      loop: 'redirect',
      elsewhere: 'redirect',
      error: 'http_status',
      broken: 'parse',
      refused: 'refused',
    });
    const up = byJob(series.of('up'));
    expect(Object.entries(up).filter(([, value]) => value === 1)).toEqual([['good', 1]]);
    expect(Object.keys(up)).toHaveLength(13);
    expect(series.of('hits_total')).toMatchObject([
      { kind: 'sum', value: 5, labels: { job: 'good', instance: server.hostPort } },
    ]);
    const html = log.lines.find(({ fields }) => fields?.['job'] === 'html');
    expect(html).toMatchObject({
      level: 'warn',
      fields: { trouble: 'html: answered HTML (content type text/html)' },
    });
  });

  test('NaN and Inf are left out and counted', async () => {
    const { series, sweep } = start([scraping('web', '/nan')]);
    await sweep();
    expect(byJob(series.of('homeostat_samples_dropped'))).toEqual({ web: 3 });
    expect(series.of('good')).toHaveLength(1);
  });

  test('what nothing reads is not sent, and counted', async () => {
    const { series, sweep } = start([scraping('web', '/metrics')], 0.4, ['temperature', 'misses_*']);
    await sweep();
    expect(series.of('hits_total')).toEqual([]);
    const count = (metric: string) => series.of(metric).map(({ value }) => value);
    expect(count('up')).toEqual([1]);
    expect(count('scrape_samples_scraped')).toEqual([1]);
    expect(count('scrape_samples_post_metric_relabeling')).toEqual([0]);
    expect(count('homeostat_samples_dropped')).toEqual([0]);
  });

  test('what is wrong is told once, and once when it is over', async () => {
    let isBroken = true;
    const flaky = await serve((_, response) => {
      response.end(isBroken ? 'oops' : 'a 1\n');
    });
    const { log, sweep } = start([aService({ scrape: { kind: 'static', urls: [flaky.url] } })]);
    await sweep();
    await sweep();
    isBroken = false;
    await sweep();
    await sweep();
    await flaky.stop();
    expect(log.lines.map(({ message }) => message)).toEqual([
      'A target is not well',
      'The target answers well again',
    ]);
  });
});

test('a counter that resets goes on, with the start of its new count', async () => {
  const values = [5, 9, 2];
  const target = await serve((_, response) => {
    response.end(`# TYPE hits_total counter\nhits_total ${String(values.shift())}\n`);
  });
  const { series, clock, sweep } = start([aService({ scrape: { kind: 'static', urls: [target.url] } })]);
  const startMs = clock.nowMs();
  for (let i = 0; i < 3; i += 1) {
    await sweep();
    clock.forward(10_000);
  }
  await target.stop();
  expect(
    series.of('hits_total').map((point) => [point.value, point.kind === 'sum' && point.startMs - startMs]),
  ).toEqual([
    [5, 0],
    [9, 0],
    [2, 10_000],
  ]);
});

describe('targets that are tasks', () => {
  const onTasks = aService({
    ecs: { cluster: 'main', service: 'web-svc' },
    scrape: { kind: 'tasks', port: 8080, path: '/metrics' },
  });
  const taskHere = () => {
    const hostPort = Number(server.hostPort.split(':')[1]);
    return { taskId: 't1', address: '127.0.0.1', ports: [{ containerPort: 8080, hostPort }] };
  };

  test('are found by address and bound port', async () => {
    const { series, fleet, sweep } = start([onTasks]);
    fleet.running.set('main/web-svc', [taskHere()]);
    await sweep();
    expect(series.of('up')).toMatchObject([{ value: 1, labels: { job: 'web', instance: server.hostPort } }]);
  });

  test('no running task is one target that is down', async () => {
    const { series, sweep } = start([onTasks]);
    await sweep();
    expect(series.of('up')).toMatchObject([{ value: 0, labels: { job: 'web', instance: 'main/web-svc' } }]);
  });

  test('a list that cannot be read is bridged with the last one', async () => {
    const { series, fleet, log, sweep } = start([onTasks]);
    fleet.running.set('main/web-svc', [taskHere()]);
    await sweep();
    fleet.outage = new Error('throttled');
    await sweep();
    expect(series.of('up').map(({ value }) => value)).toEqual([1, 1]);
    expect(log.lines).toMatchObject([{ level: 'error', fields: { trouble: 'throttled' } }]);
  });

  test('without any list nothing is said to be down', async () => {
    const { series, fleet, sweep } = start([onTasks]);
    fleet.outage = new Error('throttled');
    await sweep();
    expect(series.of('up')).toEqual([]);
    expect(byJob(series.of('homeostat_scrape_error'))).toEqual({ web: 'discovery' });
  });
});

describe('targets that are names in DNS', () => {
  const named = aService({
    scrape: { kind: 'dns', names: ['api.shop.local'], type: 'SRV', scheme: 'http', path: '/metrics' },
  });
  const record = () => {
    const [host = '', port] = server.hostPort.split(':');
    return { host, port: Number(port) };
  };

  test('are found at each sweep', async () => {
    const { series, names, sweep } = start([named]);
    await sweep();
    expect(series.of('up')).toMatchObject([{ value: 0, labels: { instance: 'api.shop.local' } }]);
    expect(byJob(series.of('homeostat_scrape_error'))).toEqual({ web: 'no_records' });
    names.records.set('SRV api.shop.local', [record(), record()]);
    await sweep();
    expect(series.of('up').slice(1)).toMatchObject([{ value: 1, labels: { instance: server.hostPort } }]);
  });

  test('a resolver that does not answer is bridged with what was found last', async () => {
    const { series, names, sweep } = start([named]);
    names.outage = new Error('ETIMEOUT');
    await sweep();
    expect([series.of('up'), byJob(series.of('homeostat_scrape_error'))]).toEqual([[], { web: 'discovery' }]);
    names.outage = undefined;
    names.records.set('SRV api.shop.local', [record()]);
    await sweep();
    names.outage = new Error('ETIMEOUT');
    await sweep();
    expect(series.of('up').map(({ value }) => value)).toEqual([1, 1]);
  });
});

test('health URLs become series (M6)', async () => {
  const health = await serve((request, response) => {
    if (request.url === '/ok')
      response
        .setHeader('content-type', 'application/json')
        .end('{"status":"ok","checks":{"db":"degraded"}}');
    else if (request.url === '/plain') response.end('fine');
    else if (request.url === '/bad') response.writeHead(500).end();
  });
  const probing = (service: string) =>
    aService({ service, health: { url: `${health.url}/${service}`, timeoutS: 0.2 } });
  const { series, log, sweep } = start(['ok', 'plain', 'bad', 'hangs'].map(probing));
  await sweep();
  await health.stop();
  expect(byJob(series.of('probe_health'))).toEqual({ ok: 0.5, plain: 1, bad: 0, hangs: 0 });
  expect(byJob(series.of('probe_success'))).toEqual({ ok: 1, plain: 1, bad: 0, hangs: 0 });
  expect(series.of('probe_check')).toMatchObject([
    { value: 0.5, labels: { check: 'db', instance: health.hostPort } },
  ]);
  expect(log.lines.map(({ fields }) => String(fields?.['because'])).toSorted()).toEqual([
    'HTTP 500',
    'check db is warning',
    'timeout: no whole answer within 200 ms',
  ]);
});

test('at most so many requests at once', async () => {
  const limit = atMost(3);
  let running = 0;
  let most = 0;
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) =>
      limit(async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
        if (i % 5 === 0) throw new Error('no');
        return i;
      }),
    ),
  );
  expect(most).toBe(3);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(16);
});
