import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '../../../shared/promql/check.ts';
import { errorText } from '../../../shared/promql/syntax/syntax-error.ts';
import { mutatedExpression } from './mutated-expression.ts';
import { hasPrometheus, startPrometheus, type Prometheus } from './prometheus.ts';

const isThere = hasPrometheus();
const skipped = isThere ? '' : ' (skipped: prometheus is not installed)';

/** Texts with what 2.42 does not know: operators that trim, durations as arguments, `start()` and `end()` away from `@`. */
const NEW_WORDS = /<\/|>\/|,\s*[\d.]+(?:ms|[smhdwy])|(?<!@\s*)\b(?:start|end)\s*\(/i;

/** What 2.42 says of texts that are other ones to Prometheus 3; whatever else is wrong in them is not compared. */
const NEW_MEANING = [
  // Durations are numbers, and numbers durations; both may be computed, and zero.
  /unexpected duration/,
  /missing unit character in duration|bad duration syntax/,
  /unexpected (?:number .*|"\("|<op:[-+*/%^]>) in (?:offset|subquery)/,
  /duration must be greater than 0/,
  // A number ends at its second point.
  /unexpected number "(?:\.|\d+\.")|unexpected character: '\.'/,
  // In square brackets 2.42 takes any letter for a colon, which ours and Prometheus 3 do not.
  /unexpected colon|, expected ':'$/,
  // Names and labels in quotes; labels with a colon.
  /unexpected string .* in label matching, expected identifier or "}"/,
  /unexpected (?:string|metric identifier) .* in grouping opts/,
];

/** How much of a broken number is shown differs. */
const BROKEN_NUMBER = /(?:bad number or duration syntax|error parsing number): .*/;

/** Where 2.42 has other words for the same error at the same place. */
const REWORDED: readonly (readonly [RegExp, string])[] = [
  [/in offset, expected duration$/, 'in offset, expected number, duration, step(), or range()'],
  [/expected duration or "\]"$/, 'expected number, duration, step(), range(), or "]"'],
  [/"<Item \d+>" <op:@>/, '<op:@>'],
  [/\^\(\?:(.*)\)\$/, '$1'],
  [BROKEN_NUMBER, 'broken number'],
];

describe.skipIf(!isThere)(`Errors in expressions and Debian's Prometheus${skipped}`, () => {
  let prometheus: Prometheus;
  beforeAll(async () => {
    prometheus = await startPrometheus([]);
  });
  afterAll(() => prometheus.stop());

  /** What Prometheus says of a text: nothing when it takes it. */
  async function theirs(text: string): Promise<string> {
    const answer = (await prometheus.get('/api/v1/query', { query: text, time: '1' })) as {
      error?: string;
      errorType?: string;
    };
    if (answer.errorType !== 'bad_data') return '';
    return (answer.error ?? '').replace('invalid parameter "query": ', '');
  }

  function ours(text: string): string {
    const checked = check(text);
    const [error] = checked.ok ? [] : checked.errors;
    return error === undefined ? '' : errorText(error, text);
  }

  function isComparable(text: string, ...said: string[]): boolean {
    return !NEW_WORDS.test(text) && !NEW_MEANING.some((pattern) => said.some((one) => pattern.test(one)));
  }

  test('the same texts are refused, at the same place and in the same words', async () => {
    const texts = [...new Set(fc.sample(mutatedExpression, { numRuns: 4_000, seed: 42 }))];
    const compared: { readonly text: string; readonly ours: string; readonly theirs: string }[] = [];
    for (const text of texts) {
      const [mine, said] = [ours(text), await theirs(text)];
      if (!isComparable(text, mine, said)) continue;
      const reworded = REWORDED.reduce((words, [pattern, by]) => words.replace(pattern, by), said);
      compared.push({ text, ours: mine.replace(BROKEN_NUMBER, 'broken number'), theirs: reworded });
    }
    expect(compared.filter((one) => one.ours !== one.theirs)).toEqual([]);
    // Most texts are compared; many are refused, and some are taken.
    const refused = compared.filter((one) => one.theirs !== '').length;
    expect(compared.length).toBeGreaterThan(texts.length * 0.8);
    expect(refused).toBeGreaterThan(1_000);
    expect(compared.length - refused).toBeGreaterThan(100);
  });
});
