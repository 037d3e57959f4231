import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { askTarget } from '../../../../functions/collect/ask-target.ts';
import type { HttpAnswer } from '../../../../shared/ports/http.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const request = { url: 'http://web/', timeoutMs: 4_000, maxBytes: 1_000, whenLarger: 'fail' } as const;

test('a GET that never ends is left alone half a second after its time-out', async () => {
  const asked = askTarget(() => new Promise<HttpAnswer>(() => undefined), request);
  await vi.advanceTimersByTimeAsync(4_499);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await asked).toEqual({ ok: false, reason: 'timeout', detail: 'given up after 4500 ms' });
});

test('an answer leaves no timer behind', async () => {
  const answer = { ok: false, reason: 'refused', detail: 'no' } as const;
  expect(await askTarget(() => Promise.resolve(answer), request)).toBe(answer);
  expect(vi.getTimerCount()).toBe(0);
});
