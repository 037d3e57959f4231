import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChaosBook } from '../../../../local/chaos/chaos-book.ts';
import { CHAOS_SERVICES, decideFault, FAULT_KINDS, type ChaosRule } from '../../../../local/chaos/fault.ts';
import { seededRandom } from '../../../../local/chaos/seeded-random.ts';

function aRule(over: Partial<ChaosRule> = {}): ChaosRule {
  return { service: 'sns', kind: 'throttle', rate: 0.1, delayMs: 2_000, ...over };
}

/** Dice that show these numbers, one after the other. */
function dice(...numbers: number[]): () => number {
  return () => numbers.shift() ?? Number.NaN;
}

test.each([
  { thrown: 0, kind: 'throttle' },
  { thrown: 0.0999, kind: 'throttle' },
  { thrown: 0.1, kind: 'deny' },
  { thrown: 0.31, kind: undefined },
  { thrown: 0.9999, kind: undefined },
])('of 10% throttle and 20% deny, dice of $thrown give $kind', ({ thrown, kind }) => {
  const rules = [aRule(), aRule({ kind: 'deny', rate: 0.2 })];
  expect(decideFault(rules, ['sns'], 0, dice(thrown))?.kind).toBe(kind);
});

test('a rule of another service, or one that is over, does nothing', () => {
  const rules = [aRule({ service: 'sqs', rate: 1 }), aRule({ rate: 1, untilMs: 5 })];
  expect(decideFault(rules, ['sns'], 5, dice(0, 0))).toBeUndefined();
  expect(decideFault(rules, ['sns'], 4, dice(0))).toEqual({ service: 'sns', kind: 'throttle' });
});

test('a delivery may suffer at its receiver or at its sender', () => {
  const rules = [aRule({ service: 'events', kind: 'duplicate' })];
  expect(decideFault(rules, ['sqs', 'events'], 0, dice(0.05))?.service).toBe('events');
});

test('a drop is as often a lost answer as a lost request', () => {
  const rules = [aRule({ kind: 'drop', rate: 1 })];
  expect(decideFault(rules, ['sns'], 0, dice(0, 0.49))).toMatchObject({ isAnswerLost: true });
  expect(decideFault(rules, ['sns'], 0, dice(0, 0.5))).toMatchObject({ isAnswerLost: false });
});

test('every fault comes about as often as its rate says, whatever the seed', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const random = seededRandom(seed);
      const rules = FAULT_KINDS.map((kind) => aRule({ kind, rate: 0.1 }));
      const counts = new Map<string, number>();
      for (let turn = 0; turn < 5_000; turn += 1) {
        const kind = decideFault(rules, ['sns'], 0, random)?.kind ?? 'none';
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
      // Six standard deviations of a binomial.
      for (const kind of FAULT_KINDS) expect(Math.abs((counts.get(kind) ?? 0) - 500)).toBeLessThan(130);
    }),
    { numRuns: 20 },
  );
});

test('there is no room for rates of more than 1 together', () => {
  const book = new ChaosBook();
  for (const kind of FAULT_KINDS) {
    const rule = aRule({ kind, rate: 0.2 });
    expect(book.hasRoomFor(rule, 0)).toBe(true);
    book.switchOn(rule);
  }
  expect(book.hasRoomFor(aRule({ kind: 'drop', rate: 0.21 }), 0)).toBe(false);
  expect(book.hasRoomFor(aRule({ kind: 'drop', rate: 0.1 }), 0)).toBe(true);
  expect(book.hasRoomFor(aRule({ service: 'sqs', rate: 1 }), 0)).toBe(true);
});

test('what is over makes room, and switching off leaves the counts', () => {
  const book = new ChaosBook();
  book.switchOn(aRule({ rate: 1, untilMs: 10 }));
  expect(book.hasRoomFor(aRule({ kind: 'deny', rate: 1 }), 10)).toBe(true);
  book.switchOn(aRule({ kind: 'deny', rate: 1 }));
  book.count({ service: 'sns', kind: 'deny' });
  book.count({ service: 'sns', kind: 'deny' });
  book.switchOff('sqs');
  expect(book.on(10)).toHaveLength(1);
  book.switchOff();
  expect(book.on(10)).toEqual([]);
  expect(book.counts()).toEqual({ sns: { deny: 2 } });
});

test('every service has a name of its own', () => {
  expect(new Set(CHAOS_SERVICES).size).toBe(CHAOS_SERVICES.length);
});
