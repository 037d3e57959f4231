import { expect, test } from 'vitest';
import { renderAnnotations, renderResult } from '../../../../local/prometheus/render-result.ts';
import type { Annotation } from '../../../../shared/promql/annotations.ts';
import type { Histogram } from '../../../../shared/promql/histogram/histogram.ts';

const annotation = (level: Annotation['level'], message: string): Annotation => ({
  level,
  message,
  span: { from: 5, to: 7 },
});

test('annotations are told with their level and place; a level without any is left out', () => {
  expect(renderAnnotations({ annotations: [] }, 'rate(up[5m])')).toEqual({});
  expect(renderAnnotations({ annotations: [annotation('info', 'no counter')] }, 'rate(up[5m])')).toEqual({
    infos: ['PromQL info: no counter (1:6)'],
  });
});

test('of each level ten are told, and how many more there are', () => {
  const annotations = Array.from({ length: 25 }, (_, at) =>
    annotation(at < 12 ? 'warning' : 'info', `number ${at}`),
  );
  const { warnings, infos } = renderAnnotations({ annotations }, 'rate(up[5m])');
  expect(warnings).toHaveLength(11);
  expect(warnings?.at(-1)).toBe('2 more warning annotations omitted');
  expect(infos?.at(-1)).toBe('3 more info annotations omitted');
});

const histogram: Histogram = {
  schema: 0,
  count: 3,
  sum: 4.5,
  zeroThreshold: 0,
  zeroCount: 0,
  positive: { spans: [{ offset: 0, length: 2 }], counts: [1, 2] },
  negative: { spans: [], counts: [] },
  customBounds: [],
  hint: 'unknown',
};
const json = {
  count: '3',
  sum: '4.5',
  buckets: [
    [0, '0.5', '1', '1'],
    [0, '1', '2', '2'],
  ],
};

test('a histogram stands under a key of its own, in an instant and among numbers', () => {
  const labels = { __name__: 'h' };
  const instant = { kind: 'vector', samples: [{ labels, value: 0, histogram, atMs: 1_500 }] } as const;
  expect(renderResult(instant, 1_500)).toEqual({
    resultType: 'vector',
    result: [{ metric: labels, histogram: [1.5, json] }],
  });
  const range = (histograms: (Histogram | undefined)[]) =>
    renderResult({ kind: 'matrix', series: [{ labels, timesMs: [0, 1_000], values: [7, 0], histograms }] }, 0)
      .result;
  expect(range([undefined, histogram])).toEqual([
    { metric: labels, values: [[0, '7']], histograms: [[1, json]] },
  ]);
  expect(range([histogram, histogram])).toEqual([
    {
      metric: labels,
      histograms: [
        [0, json],
        [1, json],
      ],
    },
  ]);
});
