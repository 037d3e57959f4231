import { labelValue, type Labels } from '../../matching.ts';
import { compilePattern, expandGroups, PatternError, type Pattern } from '../../pattern.ts';
import { quoted } from '../../syntax/quoting.ts';
import { FLOAT, HISTOGRAM, type Block, type Row } from '../block.ts';
import type { PromqlEvaluationError } from '../evaluation-error.ts';
import { compareLabels, isLabelName, METRIC_NAME, withLabel } from '../label-set.ts';
import { mergeSame } from '../names.ts';
import { warnOfSorting } from '../sort-warning.ts';
import type { VectorValue } from '../value.ts';
import { inOrder } from './elementwise.ts';
import {
  invalid,
  vectorValue,
  type Implementation,
  type Implementations,
  type Invocation,
} from './invocation.ts';

/** Functions that change labels or order by them. */
export const LABEL_FUNCTIONS: Implementations = {
  label_replace: (invocation) => {
    const [target, replacement, source] = [invocation.text(1), invocation.text(2), invocation.text(3)];
    if (!isLabelName(target)) throw badTarget(invocation, target);
    const pattern = patternOf(invocation, 4);
    const references = replacement.split('$').length - 1;
    const replaced = (value: string): string | undefined => {
      const match = pattern.match(value);
      if (match === undefined) return undefined;
      checkLength(invocation, replacement.length + references * value.length);
      return expandGroups(replacement, match);
    };
    // Many series have the same value.
    const known = new Map<string, string | undefined>();
    return relabel(invocation, target, (labels) => {
      const value = labelValue(labels, source);
      if (!known.has(value)) known.set(value, replaced(value));
      return known.get(value);
    });
  },
  label_join: (invocation) => {
    const target = invocation.text(1);
    const separator = invocation.text(2);
    const sources = invocation.call.args.slice(3).map((_, at) => invocation.text(at + 3));
    if (!isLabelName(target)) throw badTarget(invocation, target);
    return relabel(invocation, target, (labels) => {
      const values = sources.map((name) => labelValue(labels, name));
      checkLength(
        invocation,
        values.reduce((sum, { length }) => sum + separator.length + length, 0),
      );
      return values.join(separator);
    });
  },
  sort_by_label: sortedByLabels(1),
  sort_by_label_desc: sortedByLabels(-1),
};

/** Gives a label of each series a new value; undefined leaves the series as it is. */
function relabel(
  { call, scope, vector }: Invocation,
  target: string,
  valueOf: (labels: Labels) => string | undefined,
): VectorValue {
  function* relabelled(): Iterable<Block> {
    for (const block of vector(0)) {
      for (const [row, labels] of block.labels.entries()) {
        const value = valueOf(labels);
        if (value === undefined) continue;
        block.labels[row] = withLabel(labels, target, value);
        // A name that was given on purpose stays.
        if (target === METRIC_NAME) block.losesName[row] = false;
      }
      yield block;
    }
  }
  return vectorValue(mergeSame(relabelled(), scope, call));
}

/** One inside the other, these functions can double a value each time. */
const LONGEST_VALUE = 1_000_000;

/** @param length what a new value can have at most */
function checkLength(invocation: Invocation, length: number): void {
  if (length > LONGEST_VALUE)
    throw invalid(
      invocation,
      1,
      `label value in ${invocation.call.name}() is too long: up to ${length} characters, at most ${LONGEST_VALUE} are allowed`,
    );
}

function badTarget(invocation: Invocation, name: string): PromqlEvaluationError {
  return invalid(
    invocation,
    1,
    `invalid destination label name in ${invocation.call.name}(): ${quoted(name)}`,
  );
}

function patternOf(invocation: Invocation, index: number): Pattern {
  const text = invocation.text(index);
  try {
    return compilePattern(text);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw invalid(
      invocation,
      index,
      `invalid regular expression in label_replace(): ${text}: ${error.message}`,
    );
  }
}

/** Orders the samples of a single time by the named labels, digits in them as numbers, and then by all labels. */
function sortedByLabels(sign: 1 | -1): Implementation {
  return (invocation) => {
    const names = invocation.call.args.slice(1).map((_, at) => invocation.text(at + 1));
    warnOfSorting(invocation.scope, invocation.call.span);
    const blocks = [...invocation.vector(0)];
    if (invocation.scope.steps.count > 1) return vectorValue(blocks);
    const rows = blocks
      .flatMap((block) => block.labels.map((_, row): Row => ({ block, row })))
      .filter(({ block, row }) => block.kinds[row] === FLOAT || block.kinds[row] === HISTOGRAM)
      .sort(
        (a, b) => sign * compareByLabels(a.block.labels[a.row] ?? {}, b.block.labels[b.row] ?? {}, names),
      );
    return vectorValue(inOrder(rows));
  };
}

function compareByLabels(a: Labels, b: Labels, names: readonly string[]): number {
  for (const name of names) {
    const order = naturalOrder(labelValue(a, name), labelValue(b, name));
    if (order !== 0) return order;
  }
  return compareLabels(a, b);
}

function naturalOrder(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.match(/\d+|\D+/g) ?? []);
  for (let index = 0; index < Math.max(left?.length ?? 0, right?.length ?? 0); index++) {
    const [x = '', y = ''] = [left?.[index], right?.[index]];
    if (x === y) continue;
    const areNumbers = /^\d/.test(x) && /^\d/.test(y);
    if (areNumbers && Number(x) !== Number(y)) return Number(x) - Number(y);
    return x < y ? -1 : 1;
  }
  return 0;
}
