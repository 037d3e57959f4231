import { describe, expect, test } from 'vitest';
import type { Head, Sight } from '../../../../../shared/domain/alert/evidence.ts';
import {
  evidenceOfRecovery,
  evidenceOfSight,
  isGoneInstance,
} from '../../../../../shared/domain/alert/evidence.ts';
import { aRule } from '../../../../builders/catalog.ts';

/** Law 2: silence is not recovery. */

const NOW = 1_000_000;
const FIRED = NOW - 300_000;
const inventoryA = { job: 'inventory', instance: 'a:80' };
const inventoryB = { job: 'inventory', instance: 'b:80' };
const head = (labels: Record<string, string>, ageS = 0): Head => ({
  labels,
  newestMs: NOW - ageS * 1000,
});
const target = (labels: Record<string, string>, ageS = 0, isUp = true) => ({ ...head(labels, ageS), isUp });
const aSight = (over: Partial<Sight> = {}): Sight => ({
  nowMs: NOW,
  freshMs: 60_000,
  targets: [target(inventoryA)],
  probes: [],
  heads: new Map([['up', [head(inventoryA)]]]),
  starts: [],
  ...over,
});
const down = aRule();
const errors = aRule({
  reads: [
    { metric: 'errors_total', absent: false },
    { metric: 'requests_total', absent: false },
  ],
});
const absent = aRule({ reads: [{ metric: 'backup_age', absent: true }] });

describe('recovered', () => {
  test('when what the rule reads has a fresh sample for these labels', () => {
    expect(evidenceOfRecovery(down, inventoryA, FIRED, aSight())).toEqual({
      isFresh: true,
      because: 'no longer in alarm, and up has samples newer than 60 s',
    });
  });

  test('just inside two scrape intervals, and not just outside', () => {
    const at = (ageS: number) =>
      evidenceOfRecovery(
        down,
        inventoryA,
        FIRED,
        aSight({ heads: new Map([['up', [head(inventoryA, ageS)]]]) }),
      ).isFresh;
    expect([at(60), at(60.001)]).toEqual([true, false]);
  });

  test('not when only another job, or another instance that lives, is seen', () => {
    const other = aSight({
      targets: [target(inventoryA), target(inventoryB)],
      heads: new Map([['up', [head(inventoryB), head({ job: 'checkout', instance: 'a:80' })]]]),
    });
    expect(evidenceOfRecovery(down, inventoryA, FIRED, other)).toEqual({
      isFresh: false,
      because: 'no longer in alarm, but up has had no sample for 60 s',
    });
  });

  test('an aggregated alert is seen by any of its series; labels that only one side has do not matter', () => {
    const sight = aSight({ heads: new Map([['up', [head({ ...inventoryB, zone: 'x' })]]]) });
    expect(evidenceOfRecovery(down, { job: 'inventory' }, FIRED, sight).isFresh).toBe(true);
    expect(evidenceOfRecovery(down, {}, FIRED, sight).isFresh).toBe(true);
  });

  test('what another service brings to a join is looked for there, not at the job of the alert', () => {
    const rule = aRule({
      reads: [
        { metric: 'lag', absent: false, of: { job: 'db' } },
        {
          metric: 'limit',
          absent: false,
          carries: { kind: 'only', names: ['shard'] },
          of: { job: 'config' },
        },
      ],
    });
    const alert = { job: 'db', instance: 'd:1', shard: '7' };
    const seen = (limit: Record<string, string>) =>
      evidenceOfRecovery(
        rule,
        alert,
        FIRED,
        aSight({
          targets: [target({ job: 'db', instance: 'd:1' })],
          heads: new Map([
            ['lag', [head(alert)]],
            ['limit', [head(limit)]],
          ]),
        }),
      ).isFresh;
    expect(seen({ job: 'config', instance: 'c:1', shard: '7' })).toBe(true);
    expect(seen({ job: 'config', instance: 'c:1', shard: '8' })).toBe(false);
    expect(seen({ job: 'other', instance: 'c:1', shard: '7' })).toBe(false);
  });

  test('what CloudWatch adds to the labels does not matter', () => {
    const sight = aSight({ heads: new Map([['up', [head({ ...inventoryA, __name__: 'up' })]]]) });
    const attributes = { ...inventoryA, '@resource.homeostat.system': 'shop', __name__: 'x' };
    expect(evidenceOfRecovery(down, attributes, FIRED, sight).isFresh).toBe(true);
  });

  test('every metric that the rule reads must be seen; the missing ones are named', () => {
    const one = aSight({ heads: new Map([['requests_total', [head(inventoryA)]]]) });
    expect(evidenceOfRecovery(errors, inventoryA, FIRED, one).because).toBe(
      'no longer in alarm, but errors_total has had no sample for 60 s',
    );
  });

  test('a sparse counter that its restarted process has not counted yet is not waited for', () => {
    const requests = new Map([['requests_total', [head(inventoryA)]]]);
    const started = (startedMs: number) => [{ labels: inventoryA, startedMs }];
    const sight = (over: Partial<Sight>) =>
      evidenceOfRecovery(errors, inventoryA, FIRED, aSight({ heads: requests, ...over })).isFresh;
    expect(sight({ starts: started(FIRED + 1) })).toBe(true);
    expect(sight({ starts: started(FIRED) })).toBe(false);
    expect(sight({ starts: [{ labels: inventoryB, startedMs: FIRED + 1 }] })).toBe(false);
    expect(sight({ starts: started(FIRED + 1), targets: [target(inventoryA, 0, false)] })).toBe(false);
    expect(sight({ starts: started(FIRED + 1), targets: [target(inventoryA, 61)] })).toBe(false);
  });

  test('of several instances any that began anew will do for an aggregated alert', () => {
    const sight = aSight({
      targets: [target(inventoryA), target(inventoryB)],
      heads: new Map([['requests_total', [head(inventoryA)]]]),
      starts: [{ labels: inventoryB, startedMs: FIRED + 1 }],
    });
    expect(evidenceOfRecovery(errors, { job: 'inventory' }, FIRED, sight).isFresh).toBe(true);
  });

  test('an instance that is gone while its job lives is not waited for', () => {
    const sight = aSight({ targets: [target(inventoryB)], heads: new Map([['up', [head(inventoryB)]]]) });
    expect(evidenceOfRecovery(down, inventoryA, FIRED, sight).isFresh).toBe(true);
  });

  test('not when collect is dead: nothing is fresh, and then nobody is gone', () => {
    const blind = aSight({
      targets: [target(inventoryA, 300), target(inventoryB, 300)],
      heads: new Map([['up', [head(inventoryA, 300), head(inventoryB, 300)]]]),
      starts: [{ labels: inventoryA, startedMs: FIRED + 1 }],
    });
    expect(evidenceOfRecovery(down, inventoryA, FIRED, blind).isFresh).toBe(false);
    expect(isGoneInstance(inventoryA, blind)).toBe(false);
  });

  test('not when there is nothing at all', () => {
    const nothing = aSight({ targets: [], heads: new Map() });
    expect(evidenceOfRecovery(down, inventoryA, FIRED, nothing).isFresh).toBe(false);
  });

  test('a rule about absence: only when what was missing is there', () => {
    expect(evidenceOfRecovery(absent, {}, FIRED, aSight()).isFresh).toBe(false);
    const back = aSight({ heads: new Map([['backup_age', [head(inventoryA)]]]) });
    expect(evidenceOfRecovery(absent, {}, FIRED, back).isFresh).toBe(true);
  });
});

describe('still in sight', () => {
  test('while its series are fresh, and not when they stop', () => {
    expect(evidenceOfSight(down, inventoryA, aSight())).toEqual({
      isFresh: true,
      because: 'in alarm, and up is seen',
    });
    const old = aSight({ heads: new Map([['up', [head(inventoryA, 61)]]]) });
    expect(evidenceOfSight(down, inventoryA, old)).toEqual({
      isFresh: false,
      because: 'in alarm, but up has had no sample for 60 s',
    });
  });

  test('a rule about absence needs a collection that lives, nothing else', () => {
    expect(evidenceOfSight(absent, {}, aSight()).isFresh).toBe(true);
    expect(evidenceOfSight(absent, {}, aSight({ targets: [target(inventoryA, 61)] })).isFresh).toBe(false);
    expect(evidenceOfSight(absent, {}, aSight({ targets: [] })).isFresh).toBe(false);
  });

  test('in a system that is only probed, a fresh probe is a collection that lives', () => {
    const onlyProbed = (ageS: number) => aSight({ targets: [], probes: [head(inventoryA, ageS)] });
    expect(evidenceOfSight(absent, {}, onlyProbed(0)).isFresh).toBe(true);
    expect(evidenceOfSight(absent, {}, onlyProbed(61)).isFresh).toBe(false);
  });
});

describe('an instance that no longer runs', () => {
  const sight = aSight({ targets: [target(inventoryB), target({ job: 'checkout', instance: 'c:80' })] });
  test.each([
    [inventoryA, true],
    [inventoryB, false],
    [{ instance: 'a:80' }, true],
    [{ instance: 'c:80' }, false],
    [{ job: 'inventory', instance: 'c:80' }, true],
    [{ job: 'search', instance: 'a:80' }, false],
    [{ job: 'inventory' }, false],
  ])('%j: %s', (attributes, isGone) => {
    expect(isGoneInstance(attributes as Record<string, string>, sight)).toBe(isGone);
  });

  test('one that does not answer is collected, and not gone', () => {
    expect(isGoneInstance(inventoryA, aSight({ targets: [target(inventoryA, 0, false)] }))).toBe(false);
  });
});
