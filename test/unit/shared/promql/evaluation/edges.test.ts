import { expect, test } from 'vitest';
import { failuresOf } from './failures-of.ts';

test('anchored counts from the sample at or before the start of the range, without stretching', () => {
  expect(
    failuresOf(`
load 1m
  counter 10 12 15 3 5
  gauge 5 5 4 4 7

eval instant at 4m30s increase(counter[2m] anchored)
  {} 5

eval instant at 4m30s rate(counter[2m] anchored)
  {} 0.041666666666666664

eval instant at 4m delta(gauge[3m] anchored)
  {} 2

eval instant at 4m changes(gauge[3m] anchored)
  {} 2

eval instant at 4m resets(counter[2m] anchored)
  {} 1

# The only sample lies in the look-back, not in the range.
eval instant at 8m increase(counter[2m] anchored)
`),
  ).toEqual([]);
});

test('smoothed takes a straight line at both edges, and a reset counter from 0', () => {
  expect(
    failuresOf(`
load 1m
  counter 10 20 4 8

eval instant at 1m30s increase(counter[1m] smoothed)
  {} 7

eval instant at 2m30s increase(counter[1m] smoothed)
  {} 4

eval instant at 30s counter smoothed
  counter 15

eval instant at 4m counter smoothed
  counter 8

eval instant at 1m45s delta(counter[30s] smoothed)
  {} -8
`),
  ).toEqual([]);
});

test('histograms have edges too, which kinds that do not mix are told', () => {
  expect(
    failuresOf(`
load 1m
  h {{count:10 sum:1 buckets:[10]}} {{count:20 sum:3 buckets:[20]}} {{count:4 sum:1 buckets:[4]}}
  mixed 1 {{count:1}}
  kinds {{count:1}} {{schema:-53 count:2}}

eval instant at 1m30s increase(h[1m] smoothed)
  {} {{count:7 sum:1.5 buckets:[7] counter_reset_hint:gauge}}

eval instant at 1m30s h smoothed
  h {{count:2 sum:0.5 buckets:[2]}}

eval instant at 2m30s increase(h[2m] anchored)
  {} {{count:14 sum:3 buckets:[14]}}

eval instant at 30s mixed smoothed
  expect warn msg: PromQL warning: encountered a mix of histograms and floats for metric name "mixed" (1:1)

eval instant at 1m rate(kinds[1m] anchored)
  expect warn msg: PromQL warning: vector contains a mix of histograms with exponential and custom buckets schemas for metric name "kinds" (1:6)

eval instant at 30s h[1m] anchored
  expect fail msg: a range with the modifier anchored is evaluated only within a function

eval instant at 30s h anchored
  expect fail msg: anchored modifier can only be used with a range
`),
  ).toEqual([]);
});
