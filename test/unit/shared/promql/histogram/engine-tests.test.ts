import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { divide, multiply } from '../../../../../shared/promql/histogram/arithmetic.ts';
import { areNearlyEqual, isNearly } from '../../../../../shared/promql/histogram/equality.ts';
import { fractionOf } from '../../../../../shared/promql/histogram/fraction.ts';
import type { Histogram } from '../../../../../shared/promql/histogram/histogram.ts';
import { averageOf, deviationOf, varianceOf } from '../../../../../shared/promql/histogram/moments.ts';
import { readHistogram, writeHistogram } from '../../../../../shared/promql/histogram/notation.ts';
import { quantileOf } from '../../../../../shared/promql/histogram/quantile.ts';
import { trimmedAbove, trimmedBelow } from '../../../../../shared/promql/histogram/trim.ts';
import { parseNumber } from '../../../../../shared/promql/number-text.ts';

/** Prometheus' own engine tests, kept beside the project and never copied into it. */
const FILE = join(import.meta.dirname, '../../../../../../shared/data/promqltest/native_histograms.test');
const isThere = existsSync(FILE);
const text = isThere ? readFileSync(FILE, 'utf8') : '';
const because = isThere ? '' : ' (skipped: no folder shared/data/promqltest beside the project)';

type Outcome = number | Histogram;

/** What the script asks about one loaded histogram, as far as one of our functions answers it alone. */
const QUESTIONS: readonly [RegExp, (histogram: Histogram, numbers: readonly number[]) => Outcome][] = [
  [/^histogram_quantile\(([^,(]+), (\w+)\)$/, (histogram, [q = 0]) => quantileOf(q, histogram).value],
  [
    /^histogram_fraction\(([^,(]+), ([^,(]+), (\w+)\)$/,
    (histogram, [from = 0, to = 0]) => fractionOf(from, to, histogram).value,
  ],
  [/^histogram_avg\((\w+)\)$/, (histogram) => averageOf(histogram)],
  [/^histogram_stddev\((\w+)\)$/, (histogram) => deviationOf(histogram)],
  [/^histogram_stdvar\((\w+)\)$/, (histogram) => varianceOf(histogram)],
  [/^(\w+) <\/ ([-+.\w]+)$/, (histogram, [cutoff = 0]) => trimmedBelow(histogram, cutoff)],
  [/^(\w+) >\/ ([-+.\w]+)$/, (histogram, [cutoff = 0]) => trimmedAbove(histogram, cutoff)],
  [/^(\w+) ?\* ?(-?\d+)$/, (histogram, [factor = 0]) => multiply(histogram, factor)],
  [/^(\w+) ?\/ ?(-?\d+)$/, (histogram, [divisor = 0]) => divide(histogram, divisor)],
];

interface Asked {
  readonly question: string;
  readonly got: Outcome;
  readonly expected: Outcome;
}

/** The evals whose metric has one series of one histogram. */
function asked(script: string): Asked[] {
  const loaded = new Map<string, Histogram>();
  const answers: Asked[] = [];
  const lines = script.split('\n');
  for (const [at, line] of lines.entries()) {
    const [, name = '', rest = ''] =
      /^\s+(\w+)(?:\{\})? +\t?(\{\{.*)$/.exec(line.replaceAll('\t', ' ')) ?? [];
    if (line.startsWith('clear')) loaded.clear();
    if (name !== '' && /^\{\{[^{]*\}\}(x\d+)?$/.test(rest.trim()) && !loaded.has(name))
      loaded.set(name, readHistogram(rest.trim()).histogram);
    const [, question = ''] = /^eval instant at \w+ (.*)$/.exec(line) ?? [];
    const result =
      lines
        .slice(at + 1, at + 4)
        .find((next) => !next.trim().startsWith('expect'))
        ?.trim() ?? '';
    const answer = question === '' ? undefined : answerTo(question, loaded);
    const expected = /^(?:\w*(?:\{\})?) +(\S.*)$/.exec(result)?.[1];
    if (answer === undefined || expected === undefined) continue;
    const histogram = expected.startsWith('{{') ? readHistogram(expected).histogram : undefined;
    answers.push({ question, got: answer, expected: histogram ?? parseNumber(expected) ?? Number.NaN });
  }
  return answers;
}

function answerTo(question: string, loaded: ReadonlyMap<string, Histogram>): Outcome | undefined {
  for (const [pattern, answer] of QUESTIONS) {
    const words = pattern.exec(question)?.slice(1);
    const histogram = words?.map((word) => loaded.get(word)).find((known) => known !== undefined);
    if (words === undefined || histogram === undefined) continue;
    const numbers = words.map((word) => parseNumber(word)).filter((value) => value !== undefined);
    return answer(histogram, numbers);
  }
  return undefined;
}

test.skipIf(!isThere)(`what Prometheus' engine tests say of one histogram holds${because}`, () => {
  const answers = asked(text);
  expect(answers.length).toBeGreaterThan(200);
  const wrong = answers.filter(({ got, expected }) =>
    typeof got === 'number' || typeof expected === 'number'
      ? typeof got !== 'number' || typeof expected !== 'number' || !isNearly(got, expected, 1e-6)
      : !areNearlyEqual(got, expected),
  );
  expect(
    wrong.map(({ question, got, expected }) => [
      question,
      ...[got, expected].map((value) => (typeof value === 'number' ? value : writeHistogram(value))),
    ]),
  ).toEqual([]);
});

test.skipIf(!isThere)(
  `every histogram in Prometheus' engine tests is read, and written so that it reads the same${because}`,
  () => {
    const all = [...text.matchAll(/\{\{[^{}]*\}\}/g)].map(([notation]) => notation);
    expect(all.length).toBeGreaterThan(400);
    for (const notation of all) {
      const { histogram, end } = readHistogram(notation);
      expect(end).toBe(notation.length);
      const again = readHistogram(writeHistogram(histogram)).histogram;
      expect(areNearlyEqual(again, histogram), notation).toBe(true);
      expect(again.hint).toBe(histogram.hint);
    }
  },
);
