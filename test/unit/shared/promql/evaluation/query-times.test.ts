import { expect, test } from 'vitest';
import { failuresOf } from './failures-of.ts';

test('start, end, range and step are those of the whole query, in a subquery too', () => {
  const script = `
eval range from 1m to 3m30s step 1m start() + end() / 10 + range() / 100 + step() / 1000
  {} 82.56x2

eval range from 30s to 1m step 30s max_over_time(vector(end())[30s:10s])
  {} 60 60

eval instant at 1m step() + range()
  0

eval instant at 1m min_of(step(), -1) + max_of(start(), 1)
  59
`;
  expect(failuresOf(script)).toEqual([]);
});
