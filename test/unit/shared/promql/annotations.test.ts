import { expect, test } from 'vitest';
import { annotationText } from '../../../../shared/promql/annotations.ts';

test('an annotation names its line and column, both from 1, as Prometheus does', () => {
  const text = 'sum(\n  sort(up)\n)';
  const from = text.indexOf('sort');
  expect(annotationText({ level: 'warning', message: 'm', span: { from, to: from + 8 } }, text)).toBe(
    'PromQL warning: m (2:3)',
  );
  expect(annotationText({ level: 'info', message: 'm', span: { from: 0, to: 1 } }, text)).toBe(
    'PromQL info: m (1:1)',
  );
});
