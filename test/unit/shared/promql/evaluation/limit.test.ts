import { expect, test } from 'vitest';
import { failuresOf } from './failures-of.ts';

const MANY = `load 1m\n${Array.from({ length: 100 }, (_, index) => `  up{n="${index}", parity="${index % 2}"} ${index} ${index}`).join('\n')}\n`;

test('limitk keeps so many series of each group', () => {
  const script = `${MANY}
eval instant at 0 count by (parity) (limitk by (parity) (3, up) and up)
  {parity="0"} 3
  {parity="1"} 3

eval range from 0 to 1m step 1m count(limitk(time() / 30 + 1, up))
  {} 1 3

eval instant at 0 limitk(NaN, up)
  expect fail msg: Parameter value is NaN
`;
  expect(failuresOf(script)).toEqual([]);
});

test('limit_ratio keeps about that share, and the negative ratio the others', () => {
  const script = `${MANY}
eval instant at 0 abs(count(limit_ratio(0.3, up)) - 30) < bool 15
  {} 1

eval instant at 0 count(limit_ratio(0.3, up) or limit_ratio(-0.7, up))
  {} 100

eval instant at 0 limit_ratio(0.3, up) and limit_ratio(-0.7, up)

eval instant at 0 count(limit_ratio(-2, up))
  expect warn msg: PromQL warning: ratio value should be between -1 and 1, got -2, capping to -1 (1:19)
  {} 100
`;
  expect(failuresOf(script)).toEqual([]);
});
