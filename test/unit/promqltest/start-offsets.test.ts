import { expect, test } from 'vitest';
import { readStartOffsets } from '../../promqltest/start-offsets.ts';

test.each<[string, readonly (number | undefined)[]]>([
  ['_ _x2 -30s', [undefined, undefined, undefined, -30_000]],
  ['-30s-1mx2', [-30_000, -90_000, -150_000]],
  ['-1m+30sx1 0s', [-60_000, -30_000, 0]],
  ['-59999msx1', [-59_999, -59_999]],
  ['-1ms *x1 _ *', [-1, -1, -1, undefined, -1]],
  ['0-1mx1 1m30s', [0, -60_000, 90_000]],
])('the starts %s', (sequence, offsets) => {
  expect(readStartOffsets(sequence, 1)).toEqual(offsets);
});
