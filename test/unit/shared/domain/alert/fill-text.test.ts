import { expect, test } from 'vitest';
import { fillText, needsValue } from '../../../../../shared/domain/alert/fill-text.ts';

const labels = { job: 'api', instance: 'a:80' };

test.each([
  ['{{ $labels.job }} is at {{ $value | humanizePercentage }}', 0.931, 'api is at 93.1%'],
  ['{{ printf "%.2f" $value }} of {{ .Labels.instance }}, {{ .Value }}', 1.5, '1.50 of a:80, 1.5'],
  ['{{ if gt $value 0.9 }}full{{ else }}filling{{ end }}', 0.95, 'full'],
  ['{{ $value }}', Infinity, '+Inf'],
  ['{{ $labels.none }}|', 1, '|'],
  [
    '{{ $labels.job | toUpper | nothing }}',
    1,
    expect.stringContaining('<error expanding template') as string,
  ],
])('%s with %d', (text, value, expected) => {
  expect(fillText(text, labels, value)).toEqual(expected);
});

test.each([
  ['at {{ $value }} or {{ $value | humanize }} or {{ printf "%.1f" .Value }}', 'at – or – or –'],
  ['{{ if gt $value 0.9 }}full{{ else }}filling{{ end }}', 'filling'],
  ['{{ $labels.job }}: {{ $labels.values }}', 'api: '],
])('without a value, %s', (text, expected) => {
  expect(fillText(text, labels, undefined)).toBe(expected);
});

test('a text that says the value is told from one that does not', () => {
  expect(
    ['{{ $value }}', 'x {{ .Value | humanize }}', '{{ $labels.a }} {{ $value }}'].every(needsValue),
  ).toBe(true);
  expect(['$value', '{{ $labels.value }}', '{{ $values }}'].some(needsValue)).toBe(false);
});
