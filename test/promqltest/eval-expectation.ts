import { unquote } from '../../shared/promql/syntax/string-value.ts';
import type { NotedSeries } from '../../shared/promql/series-notation.ts';
import type { Expectation, ExpectedResult, ExpectedText } from './expectation.ts';
import { ScriptError } from './script-error.ts';
import { requireSeries, type ScriptLine } from './script-lines.ts';
import { requireTimes, type StepTimes } from './step-times.ts';

/** The words behind `eval_` (of older scripts) and `expect`. */
type Word = 'ordered' | 'fail' | 'warn' | 'no_warn' | 'info' | 'no_info';

const EXPECT = /^expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?$/;
const EXPECT_RANGE = /^expect range vector\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)$/;
const EXPECT_STRING = /^expect string (.+)$/;
const OLD_FAILURE = /^expected_fail_(message|regexp)\s+(.*)$/;

interface ReadExpectation {
  readonly expected: Expectation;
  /** The steps of the range vector that an instant query is to give. */
  readonly rangeVector?: StepTimes;
  /** How many lines belong to it. */
  readonly length: number;
}

/** Reads what the lines under an `eval` expect. A number ends it, as do the messages of older scripts. */
export function readExpectation(
  lines: readonly ScriptLine[],
  word: string | undefined,
  isRange: boolean,
): ReadExpectation {
  const texts = new Map<Word, ExpectedText[]>();
  const expectText = (kind: string, text: ExpectedText): void => {
    texts.set(kind as Word, [...(texts.get(kind as Word) ?? []), text]);
  };
  if (word !== undefined) expectText(word.toLowerCase(), 'any');
  const series: NotedSeries[] = [];
  let value: ExpectedResult | undefined;
  let rangeVector: StepTimes | undefined;
  let length = 0;
  for (const line of lines) {
    const { text, number } = line;
    length += 1;
    const [, form, message] = OLD_FAILURE.exec(text) ?? [];
    if (message !== undefined) {
      texts.set('fail', [expectedText(form === 'message' ? 'msg' : 'regex', message, number)]);
      break;
    }
    if (text.startsWith('expect ')) {
      const [, from, to, step] = EXPECT_RANGE.exec(text) ?? [];
      const literal = EXPECT_STRING.exec(text)?.[1];
      if (from !== undefined) rangeVector = requireTimes(from, to ?? '', step, number);
      else if (literal === undefined) expectText(...readExpect(line));
      else value = { kind: 'string', value: unquote(literal, 0) };
      continue;
    }
    const scalar = numberOf(text);
    if (scalar !== undefined) {
      value = { kind: 'scalar', value: scalar };
      break;
    }
    const expected = requireSeries(line);
    if (!isRange && rangeVector === undefined && expected.values.length !== 1)
      throw new ScriptError(
        number,
        'an instant query gives one value a series; for more: expect range vector from A to B step S',
      );
    series.push(expected);
  }
  refuseContradictions(texts, lines[0]?.number ?? 0);
  const expected = {
    ...textsOf(texts),
    isOrdered: texts.has('ordered'),
    result: value ?? { kind: 'series' as const, series },
  };
  return { expected, ...(rangeVector === undefined ? {} : { rangeVector }), length };
}

function readExpect({ number, text }: ScriptLine): [word: string, text: ExpectedText] {
  const found = EXPECT.exec(text);
  if (found === null)
    throw new ScriptError(
      number,
      `${JSON.stringify(text)} expects nothing known: ordered, fail, warn, no_warn, info, no_info, string, range vector`,
    );
  const [, word = '', form, message = ''] = found;
  return [word, form === undefined ? 'any' : expectedText(form, message, number)];
}

function expectedText(form: string, message: string, line: number): ExpectedText {
  if (form === 'msg') return { text: message.trim() };
  try {
    return { pattern: new RegExp(message.trim()) };
  } catch (error) {
    throw new ScriptError(line, error instanceof Error ? error.message : String(error));
  }
}

function refuseContradictions(texts: ReadonlyMap<Word, readonly ExpectedText[]>, line: number): void {
  for (const level of ['warn', 'info'] as const)
    if (texts.has(level) && texts.has(`no_${level}`))
      throw new ScriptError(line, `${level} and no_${level} are both expected`);
  if ((texts.get('fail')?.length ?? 0) > 1) throw new ScriptError(line, 'only one failure can be expected');
}

function textsOf(
  texts: ReadonlyMap<Word, readonly ExpectedText[]>,
): Pick<Expectation, 'failure' | 'warnings' | 'infos'> {
  const failure = texts.get('fail')?.[0];
  const warnings = texts.has('no_warn') ? 'none' : texts.get('warn');
  const infos = texts.has('no_info') ? 'none' : texts.get('info');
  return {
    ...(failure === undefined ? {} : { failure }),
    ...(warnings === undefined ? {} : { warnings }),
    ...(infos === undefined ? {} : { infos }),
  };
}

function numberOf(text: string): number | undefined {
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  const value = Number(text.replace(/inf$/i, 'Infinity'));
  return Number.isNaN(value) ? undefined : value;
}
