import { describe, expect, test } from 'vitest';
import { sweep } from '../../../../shared/runtime/sweeps.ts';
import { FakeClock } from '../../../fakes/fake-clock.ts';

const S = 1_000;
const MINUTE = Date.UTC(2026, 2, 1, 12, 0, 0);

/** Runs sweeps from `startMs` for 62 s; `work` may take time. Gives the slots, in seconds after noon. */
async function slotsOf(
  startMs: number,
  everyMs: number,
  work: (clock: FakeClock, nth: number) => void = () => undefined,
  isAtOnce = false,
) {
  const clock = new FakeClock(startMs);
  const slots: number[] = [];
  const errors: unknown[] = [];
  const run = sweep({
    clock,
    everyMs,
    untilMs: startMs + 62 * S,
    isAtOnce,
    work: async (slotMs) => {
      expect(clock.nowMs()).toBeGreaterThanOrEqual(slotMs);
      slots.push((slotMs - MINUTE) / S);
      work(clock, slots.length);
    },
    onError: (error) => errors.push(error),
  });
  const end = await run.then(
    () => 'ended',
    (error: unknown) => error,
  );
  return { slots, errors, end };
}

describe('sweeps are aligned to the wall clock (M7)', () => {
  test.each([
    { startS: 0, everyS: 30, slots: [0, 30, 60] },
    { startS: 1, everyS: 30, slots: [30, 60] },
    { startS: 37.4, everyS: 30, slots: [60, 90] },
    { startS: 0.2, everyS: 10, slots: [10, 20, 30, 40, 50, 60] },
    { startS: 2, everyS: 60, slots: [60] },
    { startS: 2, everyS: 300, slots: [] },
    { startS: 290, everyS: 300, slots: [300] },
  ])('begun at $startS s, every $everyS s: $slots', async ({ startS, everyS, slots }) => {
    expect((await slotsOf(MINUTE + startS * S, everyS * S)).slots).toEqual(slots);
  });

  test.each([
    { startS: 2, everyS: 10, slots: [2, 10, 20, 30, 40, 50, 60] },
    { startS: 10, everyS: 30, slots: [10, 30, 60] },
    { startS: 30, everyS: 30, slots: [30, 60, 90] },
    { startS: 2, everyS: 300, slots: [2] },
  ])('one at once is one more, begun at $startS s, every $everyS s: $slots', async (one) => {
    const { slots } = await slotsOf(MINUTE + one.startS * S, one.everyS * S, undefined, true);
    expect(slots).toEqual(one.slots);
  });

  test('what came due during a long sweep is left out, not made up for', async () => {
    const { slots } = await slotsOf(MINUTE, 10 * S, (clock, nth) => {
      clock.forward(nth === 2 ? 25 * S : 1 * S);
    });
    expect(slots).toEqual([0, 10, 40, 50, 60]);
  });
});

describe('a sweep that fails', () => {
  const failing = (failures: readonly number[]) => (_: FakeClock, nth: number) => {
    if (failures.includes(nth)) throw new Error(`sweep ${String(nth)}`);
  };

  test('is told and does not end the run', async () => {
    const { slots, errors, end } = await slotsOf(MINUTE, 30 * S, failing([1, 3]));
    expect(slots).toEqual([0, 30, 60]);
    expect(errors).toEqual([new Error('sweep 1'), new Error('sweep 3')]);
    expect(end).toBe('ended');
  });

  test('ends the run in an error if every other one failed as well', async () => {
    expect((await slotsOf(MINUTE, 30 * S, failing([1, 2, 3]))).end).toEqual(new Error('sweep 3'));
  });

  test('at once is one of them: the rest of the minute is not lost with it', async () => {
    const { slots, end } = await slotsOf(MINUTE + 2 * S, 30 * S, failing([1]), true);
    expect(slots).toEqual([2, 30, 60]);
    expect(end).toBe('ended');
    expect((await slotsOf(MINUTE + 2 * S, 300 * S, failing([1]), true)).end).toEqual(new Error('sweep 1'));
  });

  test('no sweep at all is no error', async () => {
    expect((await slotsOf(MINUTE + 2 * S, 300 * S)).end).toBe('ended');
  });
});
