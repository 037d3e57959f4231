import { expect, test } from 'vitest';
import { resolveDurations } from '../../../../shared/promql/durations.ts';
import { parse } from '../../../../shared/promql/parse.ts';
import { print } from '../../../../shared/promql/print.ts';

const TIMES = { stepMs: 30_000, rangeMs: 3_600_000 };

function resolved(text: string, times = TIMES): string {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const result = resolveDurations(parsed.expr, times);
  return result.ok ? print(result.expr) : `${result.error.message} at ${result.error.from}`;
}

test.each([
  ['a[step()]', 'a[30s]'],
  ['a[STEP() * 2 + 1ms]', 'a[1m1ms]'],
  ['a[range() - step()]', 'a[59m30s]'],
  ['a[-(step() - 1m)]', 'a[30s]'],
  ['a[max_of(min_of(range(), 10m), step()) ^ 1]', 'a[10m]'],
  ['a[max(step(), 10)] offset -step()', 'a[30s] offset -30s'],
  ['a offset (range() / 2)', 'a offset 30m'],
  ['a offset +min(step(), 1s)', 'a offset 1s'],
  ['sum(b[range():step() % 7])', 'sum(b[1h:2s])'],
  ['rate(a[step() / 3]) + b[1h:] offset range()', 'rate(a[10s]) + b[1h:] offset 1h'],
  ['a[1.0011 * step() / 30]', 'a[1s1ms]'],
  ['a[step() - step()]', 'duration must be greater than 0 at 2'],
  ['a[5m:(0 - step())]', 'duration must be greater than 0 at 5'],
  ['a[5m / (step() - 30)]', 'division by zero at 2'],
  ['a offset (5m % (step() - 30))', 'modulo by zero at 9'],
  ['a offset (step() ^ 99)', 'duration out of range at 9'],
])('%s is %s for a range query of an hour in steps of 30 s', (text, wanted) => {
  expect(resolved(text)).toBe(wanted);
});

test('an instant query has neither step nor range', () => {
  expect(resolved('a offset range()', { stepMs: 0, rangeMs: 0 })).toBe('a offset 0s');
  expect(resolved('a[step()]', { stepMs: 0, rangeMs: 0 })).toBe('duration must be greater than 0 at 2');
});

test('an expression that does not depend on the query comes back as the same object', () => {
  const parsed = parse('rate(a[5m * 2] offset -(1 + 2)) + b[1h:5m] @ start()');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const result = resolveDurations(parsed.expr, TIMES);
  expect(result.ok && result.expr).toBe(parsed.expr);
});
