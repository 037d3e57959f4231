import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeHealth } from '../../../../../shared/domain/collection/health.ts';
import { probePoints } from '../../../../../shared/domain/collection/probe-points.ts';

const answer = (body: unknown, status = 200, contentType = 'application/json') =>
  judgeHealth({
    status,
    contentType,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });

describe('three states (M6)', () => {
  test.each([
    [200, 'OK', 'text/plain', 'healthy', 'HTTP 200'],
    [204, '', '', 'healthy', 'HTTP 204'],
    [200, '<html>', 'text/html', 'healthy', 'HTTP 200'],
    [200, '{broken', 'text/plain', 'healthy', 'HTTP 200'],
    [200, '{broken', 'application/json', 'warning', 'the JSON body cannot be read'],
    [200, '[]', 'application/health+json', 'warning', 'the JSON body cannot be read'],
    [500, '{"status":"healthy"}', 'application/json', 'unhealthy', 'HTTP 500'],
    [302, '', '', 'unhealthy', 'HTTP 302'],
    [404, 'no', 'text/plain', 'unhealthy', 'HTTP 404'],
  ])('%i %s (%s) is %s', (status, body, contentType, health, because) => {
    expect(answer(body, status, contentType)).toEqual({ health, checks: [], because });
  });

  test.each([
    ['healthy', 'healthy'],
    ['OK', 'healthy'],
    ['UP', 'healthy'],
    ['pass', 'healthy'],
    ['Degraded', 'warning'],
    ['WARN', 'warning'],
    ['starting', 'warning'],
    ['no idea', 'warning'],
    ['unhealthy', 'unhealthy'],
    ['DOWN', 'unhealthy'],
    ['OUT_OF_SERVICE', 'unhealthy'],
    ['fail', 'unhealthy'],
  ])('status %s is %s', (status, health) => {
    expect(answer({ status })).toMatchObject({ health });
  });

  test('JSON is read even if its type is not given', () => {
    expect(answer('{"status":"down"}', 200, '')).toMatchObject({ health: 'unhealthy' });
  });
});

describe('checks', () => {
  const qbm = (cpu: string, disk: string) => ({
    status: 'healthy',
    timestamp: '2026-03-01T00:00:00',
    checks: {
      database: { status: 'healthy', response_time: '< 10ms' },
      redis: { status: 'unhealthy', error: 'refused' },
      system: { cpu_usage: cpu, memory_usage: '40%', disk_usage: disk, status: 'healthy' },
    },
  });

  test("the shape of QBM's health_check.py", () => {
    expect(answer({ ...qbm('10.5%', '89.9%'), status: 'unhealthy' })).toEqual({
      health: 'unhealthy',
      checks: [
        { name: 'database', health: 'healthy' },
        { name: 'redis', health: 'unhealthy' },
        { name: 'system', health: 'healthy' },
      ],
      because: 'status is "unhealthy"',
    });
  });

  test.each([
    ['79.9%', '89.9%', 'healthy'],
    ['80%', '0%', 'warning'],
    ['0%', '90%', 'warning'],
  ])('cpu %s, disk %s: the check is %s', (cpu, disk, health) => {
    expect(answer(qbm(cpu, disk)).checks[2]).toEqual({ name: 'system', health });
  });

  test.each([
    [
      'a failing check beside a good status',
      { status: 'ok', checks: { db: false } },
      'warning',
      'check db is unhealthy',
    ],
    ['a failing check without a status', { checks: { db: 'down' } }, 'unhealthy', 'check db is unhealthy'],
    ['numbers in system', { status: 'ok', system: { cpu: 80, memory: 10 } }, 'warning', 'cpu is 80 %'],
    [
      'numbers in checks',
      { status: 'ok', checks: { memory_percent: 80.1 } },
      'warning',
      'memory_percent is 80.1 %',
    ],
    ['disk just under', { status: 'ok', system: { disk: 89.9 } }, 'healthy', 'status is "ok"'],
    ['megabytes are no percentage', { status: 'ok', system: { memory: 512 } }, 'healthy', 'status is "ok"'],
    ['an object that says nothing', { version: '1.0' }, 'healthy', 'no check says otherwise'],
    ['worse than the checks', { status: 'fail', system: { cpu: 99 } }, 'unhealthy', 'status is "fail"'],
  ])('%s', (_, body, health, because) => {
    expect(answer(body)).toMatchObject({ health, because });
  });

  test.each([
    ['Spring Boot', { status: 'UP', components: { db: { status: 'DOWN' } } }, [['db', 'unhealthy']]],
    [
      'health+json',
      { status: 'pass', checks: { 'db:time': [{ status: 'pass' }, { status: 'warn' }] } },
      [['db:time', 'warning']],
    ],
    ['ASP.NET', { status: 'Healthy', entries: { cache: { status: 'Degraded' } } }, [['cache', 'warning']]],
    [
      'a list',
      { checks: [{ name: 'db', status: 'ok' }, { status: 'ok' }] },
      [
        ['db', 'healthy'],
        ['1', 'healthy'],
      ],
    ],
    [
      'booleans',
      { checks: { db: { healthy: true }, mq: false } },
      [
        ['db', 'healthy'],
        ['mq', 'unhealthy'],
      ],
    ],
  ])('%s', (_, body, checks) => {
    expect(answer(body).checks.map(({ name, health }) => [name, health])).toEqual(checks);
  });

  test('at most fifty, and long names are cut', () => {
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`${String(i)}-${'x'.repeat(200)}`, 'ok']),
    );
    const { checks } = answer({ checks: many });
    expect(checks).toHaveLength(50);
    expect(checks[0]?.name).toHaveLength(100);
  });
});

test('any body gives a verdict (fuzz)', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), fc.integer({ min: 100, max: 599 }), (body, status) => {
      const { health } = answer(body, status);
      expect(health === 'unhealthy' || (status >= 200 && status <= 299)).toBe(true);
    }),
  );
});

test('as series', () => {
  const probe = { job: 'web', instance: 'web:80', atMs: 1, durationS: 0.5 };
  const verdict = answer({ status: 'ok', checks: { db: 'degraded' } });
  const read = (points: readonly { name: string; value: number; labels: object }[]) =>
    points.map(({ name, value, labels }) => [name, value, labels]);
  const labels = { job: 'web', instance: 'web:80' };
  expect(read(probePoints(probe, true, verdict))).toEqual([
    ['probe_success', 1, labels],
    ['probe_duration_seconds', 0.5, labels],
    ['probe_health', 0.5, labels],
    ['probe_check', 0.5, { ...labels, check: 'db' }],
  ]);
  expect(read(probePoints(probe, false, undefined)).map(([, value]) => value)).toEqual([0, 0.5, 0]);
});
