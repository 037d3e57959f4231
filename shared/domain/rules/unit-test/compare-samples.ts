import { check } from '../../../promql/check.ts';
import { evaluateInstant, PromqlEvaluationError, type Sample } from '../../../promql/evaluate.ts';
import { keyOf, showLabels } from '../../../promql/evaluation/label-set.ts';
import { formatFloat, parseNumber } from '../../../promql/number-text.ts';
import { HistogramNotationError, readHistogram, writeHistogram } from '../../../promql/histogram/notation.ts';
import { readSeries } from '../../../promql/series-notation.ts';
import { formatDurationS } from '../../catalog/duration.ts';
import type { RuleSurroundings } from '../evaluate-group.ts';
import { difference } from './difference.ts';
import type { ExpressionTest } from './schema.ts';

/** A sample in one form for what is expected and what is found. */
interface ShownSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** A histogram in the notation of tests. */
  readonly histogram?: string;
}

type Expected = { readonly samples: readonly ShownSample[] } | { readonly problem: string };

/** Evaluates an expression of a test and holds the result against what it expects; nothing if they are the same. */
export function compareSamples(
  test: ExpressionTest,
  startMs: number,
  { store, options }: RuleSurroundings,
  isFuzzy: boolean,
): string[] {
  const title = `expr: ${test.expr}, time: ${formatDurationS(test.eval_time)}`;
  const checked = check(test.expr);
  if (!checked.ok) return [`${title}, err: ${checked.errors.map(({ message }) => message).join('; ')}`];
  const expected = readExpected(test);
  if ('problem' in expected) return [`${title}, err: ${expected.problem}`];
  try {
    const result = evaluateInstant(checked.expr, store, startMs + test.eval_time * 1_000, options);
    if (result.kind !== 'vector' && result.kind !== 'scalar')
      return [`${title}, err: the expression gives a ${result.kind}, not samples`];
    const found: ShownSample[] =
      result.kind === 'scalar' ? [{ labels: {}, value: result.value }] : result.samples.map(shownSample);
    const fitted = isFuzzy ? expected.samples.map((one) => fitTo(one, found)) : expected.samples;
    const lines = difference(fitted.map(told), found.map(told));
    return lines.length === 0 ? [] : [[title, ...lines].join('\n')];
  } catch (error) {
    if (!(error instanceof PromqlEvaluationError)) throw error;
    return [`${title}, err: ${error.message}`];
  }
}

function readExpected(test: ExpressionTest): Expected {
  const samples: ShownSample[] = [];
  for (const { labels = '{}', value = '0', histogram } of test.exp_samples ?? []) {
    const read = readSeries(labels.trim() === '' ? '{}' : labels);
    if (!read.ok) return { problem: `labels ${JSON.stringify(labels)}: ${read.error.message}` };
    const number = parseNumber(value);
    if (number === undefined) return { problem: `${JSON.stringify(value)} is no value` };
    try {
      const noted = histogram === undefined ? undefined : writeHistogram(readHistogram(histogram).histogram);
      samples.push({
        labels: read.series.labels,
        value: number,
        ...(noted === undefined ? {} : { histogram: noted }),
      });
    } catch (error) {
      if (!(error instanceof HistogramNotationError)) throw error;
      return { problem: error.message };
    }
  }
  return { samples };
}

function shownSample({ labels, value, histogram }: Sample): ShownSample {
  return histogram === undefined
    ? { labels, value }
    : { labels, value: 0, histogram: writeHistogram(histogram) };
}

function told({ labels, value, histogram }: ShownSample): string {
  return `${showLabels(labels)} ${histogram ?? formatFloat(value)}`;
}

/** The value that was found for the same series, where it is the next number up or down. */
function fitTo(expected: ShownSample, found: readonly ShownSample[]): ShownSample {
  const close = found.find(
    ({ labels, value }) => keyOf(labels) === keyOf(expected.labels) && isNextTo(value, expected.value),
  );
  return close === undefined ? expected : { ...expected, value: close.value };
}

/** Whether two numbers differ in their last bit at most. */
function isNextTo(a: number, b: number): boolean {
  const [larger, smaller] = a > b ? [a, b] : [b, a];
  // The distance to the next number above is at most this, and never so much as two distances.
  return larger - smaller <= Math.max(Number.MIN_VALUE, Math.abs(smaller) * Number.EPSILON);
}
