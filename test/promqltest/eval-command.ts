import { readExpectation } from './eval-expectation.ts';
import type { Expectation } from './expectation.ts';
import { ScriptError } from './script-error.ts';
import type { ScriptLine } from './script-lines.ts';
import { requireTimes, type StepTimes } from './step-times.ts';

/** Evaluates an expression and compares. */
export interface EvalCommand {
  readonly kind: 'eval';
  readonly line: number;
  readonly expr: string;
  readonly isRange: boolean;
  /** Of the range; of an instant query start and end are its time, unless it expects a range vector. */
  readonly times: StepTimes;
  /** An instant query that expects a range vector or a string, which no range query gives. */
  readonly isInstantOnly: boolean;
  readonly expected: Expectation;
}

const INSTANT = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+at\s+(\S+)\s+(.+)$/i;
const RANGE = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+)$/i;

/** Reads an `eval` command and those lines of the block that belong to it. */
export function readEval(block: readonly ScriptLine[]): { command: EvalCommand; length: number } {
  const [first, ...lines] = block;
  const { number: line, text } = first ?? { number: 0, text: '' };
  const [, instantWord, at, instantExpr] = INSTANT.exec(text) ?? [];
  const [, rangeWord, from, to, step, rangeExpr] = RANGE.exec(text) ?? [];
  const expr = instantExpr ?? rangeExpr;
  if (expr === undefined)
    throw new ScriptError(
      line,
      'an eval command is written: eval instant at TIME EXPRESSION, or eval range from START to END step STEP EXPRESSION',
    );
  const isRange = at === undefined;
  const times = requireTimes(from ?? at ?? '', to ?? at ?? '', step, line);
  const read = readExpectation(lines, instantWord ?? rangeWord, isRange);
  const command: EvalCommand = {
    kind: 'eval',
    line,
    expr,
    isRange,
    times: read.rangeVector ?? times,
    isInstantOnly: read.rangeVector !== undefined || read.expected.result.kind === 'string',
    expected: read.expected,
  };
  return { command, length: 1 + read.length };
}
