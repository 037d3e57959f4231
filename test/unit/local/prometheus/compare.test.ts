import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareLabels, compareTexts } from '../../../../local/prometheus/compare.ts';

test('texts are in the order of their UTF-8 bytes', () => {
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareTexts(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

test('label sets are in the order of their sorted pairs', () => {
  const ordered = [{}, { a: '1' }, { a: '1', b: '1' }, { a: '1', c: '1' }, { a: '2' }, { b: '0' }];
  expect(ordered.toReversed().sort(compareLabels)).toEqual(ordered);
  expect(compareLabels({ b: '1', a: '2' }, { a: '2', b: '1' })).toBe(0);
});
