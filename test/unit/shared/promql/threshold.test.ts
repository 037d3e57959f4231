import { expect, test } from 'vitest';
import { parse } from '../../../../shared/promql/parse.ts';
import { print } from '../../../../shared/promql/print.ts';
import { thresholdOf } from '../../../../shared/promql/threshold.ts';

function read(text: string) {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(`${text} is no PromQL`);
  const found = thresholdOf(parsed.expr);
  return found === undefined
    ? undefined
    : `${print(found.series)} | ${found.comparison} ${String(found.value)}`;
}

test.each([
  ['up == 0', 'up | == 0'],
  ['(rate(errors[5m]) > 0.2)', 'rate(errors[5m]) | > 0.2'],
  ['0.5 < share', 'share | > 0.5'],
  ['90 >= left', 'left | <= 90'],
  ['age > 5 * 60', 'age | > 300'],
  ['temperature < -(2 + 3)', 'temperature | < -5'],
  ['a / b > 2 ^ 3', 'a / b | > 8'],
  ['load > 4 and on (job) up == 1', 'load | > 4'],
  ['load > 4 unless maintenance == 1', 'load | > 4'],
  ['a - b > 1e9', 'a - b | > 1000000000'],
])('%s is held against its number', (text, expected) => {
  expect(read(text)).toBe(expected);
});

test.each(['up', 'a > b', 'absent(up)', 'a > bool 1', 'a > 1 or b > 2', 'a > time()', 'a + 1', '1 > bool 2'])(
  '%s has no fixed number to draw',
  (text) => {
    expect(read(text)).toBeUndefined();
  },
);
