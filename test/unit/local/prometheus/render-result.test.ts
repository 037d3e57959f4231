import { expect, test } from 'vitest';
import { renderAnnotations } from '../../../../local/prometheus/render-result.ts';
import type { Annotation } from '../../../../shared/promql/annotations.ts';

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
