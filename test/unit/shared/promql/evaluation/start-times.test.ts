import { expect, test } from 'vitest';
import { failuresOf } from './failures-of.ts';

test('a counter that began anew above its old value is seen by its start, a delta by every start', () => {
  const script = `
load 1m
  total@st   _ -30s -90s -10s
  total      _   60   90  100
  delta@st   _   _   -1m  -1m
  delta      _   _    60   60
  sizes@st   _            -30s                -90s                 -10s
  sizes      _ {{count:60 sum:1}} {{count:90 sum:1}} {{count:100 sum:1}}

eval instant at 3m resets(total[3m])
  {} 1

eval instant at 3m increase(total[3m])
  {} 190

eval instant at 3m histogram_count(increase(sizes[3m]))
  {} 190

eval instant at 3m irate(total[3m]) * 60
  {} 100

eval instant at 3m increase(delta[3m])
  {} 120

eval instant at 3m start_timestamp(total)
  {} 170
`;
  expect(failuresOf(script)).toEqual([]);
});

test('a start that lies before the sample before and is not its start is noted', () => {
  const script = `
load 1m
  total@st  _ _ -2m -2m
  total     1 2   3   4

eval instant at 3m increase(total[4m])
  expect warn msg: PromQL warning: sample has start time that overlaps with previous sample timestamp for metric "total" (1:10)
  {} 4
`;
  expect(failuresOf(script)).toEqual([]);
});
