import { describe, expect, test } from 'vitest';
import { atMost } from '../../../../functions/collect/at-most.ts';
import { collect } from '../../../../functions/collect/collect.ts';
import type { CollectDeps } from '../../../../functions/collect/collect.ts';
import type { CompiledSystem } from '../../../../shared/domain/catalog/compiled.ts';
import type { HttpGet } from '../../../../shared/ports/http.ts';
import { aService, aSystem } from '../../../builders/collection.ts';
import { FakeClock } from '../../../fakes/fake-clock.ts';
import { FakeNames } from '../../../fakes/fake-names.ts';
import { FakeFleet } from '../../../fakes/fake-fleet.ts';
import { FakeLease } from '../../../fakes/fake-lease.ts';
import { FakeLog } from '../../../fakes/fake-log.ts';
import { FakeSeriesWriter } from '../../../fakes/fake-series.ts';

const NOON = Date.UTC(2026, 2, 1, 12);
const web = aService({ scrape: { kind: 'static', urls: ['http://web:80/metrics'] } });

/** A function with fakes behind its ports; every target answers `hits_total <second of the minute>`, after `answerMs`. */
function start(systems: readonly CompiledSystem[], startMs = NOON, answerMs = 0) {
  const clock = new FakeClock(startMs);
  const lease = new FakeLease(clock);
  const log = new FakeLog();
  const series = new FakeSeriesWriter();
  const get: HttpGet = async () => {
    clock.forward(answerMs);
    const page = `# TYPE hits_total counter\nhits_total ${String((clock.nowMs() - NOON) / 1_000)}\n`;
    return { ok: true, status: 200, contentType: 'text/plain', body: Buffer.from(page) };
  };
  const deps: CollectDeps = {
    clock,
    get,
    lease,
    log,
    series,
    fleet: new FakeFleet(),
    names: new FakeNames(),
    limit: atMost(50),
    memories: new Map(),
    catalog: {
      hash: '0123456789abcdef',
      organization: {
        people: {},
        teams: {},
        escalation: { pages: [], levels: [], repeat: { times: 0, everyS: 60 }, acknowledgementExpiresS: 0 },
      },
      systems: Object.fromEntries(systems.map((system) => [system.system, system])),
    },
  };
  const run = (over: { holder?: string; systems?: string[]; remainingMs?: number } = {}) =>
    collect(deps, {
      holder: over.holder ?? 'run-1',
      systems: over.systems,
      deadlineMs: clock.nowMs() + (over.remainingMs ?? 75_000),
    });
  return { clock, lease, log, series, run };
}

describe('a minute of sweeps (M7)', () => {
  test('every ten seconds on the wall clock, each with a heartbeat', async () => {
    const { series, run } = start([aSystem([web])], NOON + 3_000);
    expect(await run()).toEqual({ shop: 'swept' });
    expect(series.of('hits_total').map(({ value }) => value)).toEqual([10, 20, 30, 40, 50, 60]);
    expect(series.of('up').every(({ value }) => value === 1)).toBe(true);
    expect(series.of('homeostat_collect_sweeps_total').map(({ value }) => value)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(series.of('homeostat_collect_last_sweep_timestamp_seconds').at(-1)?.value).toBe(NOON / 1_000 + 60);
    expect(series.batches.every((batch) => batch.system === 'shop')).toBe(true);
  });

  test('two runs one after the other leave no gap and double nothing', async () => {
    const { series, run, clock } = start([aSystem([web])], NOON + 300);
    await run({ holder: 'run-1' });
    clock.forward(NOON + 60_700 - clock.nowMs());
    await run({ holder: 'run-2' });
    expect(series.of('hits_total').map(({ value }) => value)).toEqual(
      Array.from({ length: 12 }, (_, i) => (i + 1) * 10),
    );
  });

  test('no sweep begins that the function would not live to finish', async () => {
    const { series, run } = start([aSystem([web])]);
    await run({ remainingMs: 30_000 });
    expect(series.of('hits_total').map(({ value }) => value)).toEqual([0, 10, 20]);
  });

  test('only the systems that the event names; one that is not known is an error', async () => {
    const { series, run } = start([aSystem([web]), aSystem([web], { system: 'bank' })]);
    expect(await run({ systems: ['bank'] })).toEqual({ bank: 'swept' });
    expect(new Set(series.batches.map(({ system }) => system))).toEqual(new Set(['bank']));
    await expect(run({ systems: ['banc'] })).rejects.toThrow(
      '"banc", which is not in the catalog. Known: shop, bank.',
    );
  });
});

describe('slow targets', () => {
  test('all at their time-out, at the laptop’s cadence: every slot has its sweep', async () => {
    const slow = aSystem([web], {
      collection: { everyS: 5, timeoutS: 4, maxBytes: 10_000_000, metrics: ['*'] },
    });
    const { series, run } = start([slow], NOON, 4_000);
    await run();
    expect(series.of('up').map(({ atMs }) => atMs - NOON)).toEqual(
      Array.from({ length: 13 }, (_, i) => i * 5_000),
    );
  });
});

describe('the lease', () => {
  test('another run has it: nothing is swept', async () => {
    const { lease, series, run } = start([aSystem([web])]);
    await lease.take('collect#shop', 'other', NOON + 600_000);
    expect(await run()).toEqual({ shop: 'left to another run' });
    expect(series.batches).toEqual([]);
    expect(lease.held.get('collect#shop')?.holder).toBe('other');
  });

  test.each([68, 95, 108])(
    'a run that was killed or is late, until second %i, is followed',
    async (untilS) => {
      const { lease, series, run } = start([aSystem([web])], NOON + 60_500);
      await lease.take('collect#shop', 'killed', NOON + untilS * 1_000);
      expect(await run({ remainingMs: 90_000 })).toEqual({ shop: 'swept' });
      expect(series.of('hits_total')[0]?.value).toBe(Math.ceil(untilS / 10) * 10);
    },
  );

  test('is not waited for when no sweep could begin any more', async () => {
    const { clock, lease, run } = start([aSystem([web])]);
    await lease.take('collect#shop', 'other', NOON + 600_000);
    await run();
    expect(clock.nowMs() - NOON).toBe(62_000);
  });

  test('is given back at the end', async () => {
    const { lease, run } = start([aSystem([web])]);
    await run();
    expect(lease.held.size).toBe(0);
  });

  test('the store is down: sweeping goes on without it', async () => {
    const { lease, series, log, run } = start([aSystem([web])]);
    lease.outage = new Error('no table');
    expect(await run()).toEqual({ shop: 'swept' });
    expect(series.of('up')).toHaveLength(7);
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'warn']);
  });
});

describe('series that cannot be sent', () => {
  test('one service does not hold up the others, and every sweep is logged as failed', async () => {
    const api = aService({ service: 'api', scrape: { kind: 'static', urls: ['http://api:80/'] } });
    const { series, log, run } = start([aSystem([web, api])]);
    series.refuses.add('web');
    await expect(run()).rejects.toThrow(
      'Sweep of shop: 1 of 3 batches of series were not sent: the store refuses web',
    );
    expect(series.of('up')).toHaveLength(7);
    expect(log.lines.filter(({ message }) => message === 'A sweep failed')).toHaveLength(7);
  });

  test('a system that fails does not end the run of another', async () => {
    const api = aService({ service: 'api', scrape: { kind: 'static', urls: ['http://api:80/'] } });
    const { series, run } = start([aSystem([web]), aSystem([api], { system: 'bank' })]);
    series.refuses.add('web');
    await expect(run()).rejects.toThrow('Sweep of shop');
    expect(
      series.batches.filter(({ system, service }) => system === 'bank' && service === 'api').length,
    ).toBeGreaterThan(2);
  });
});
