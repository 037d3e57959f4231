import { labelValue } from '../../matching.ts';
import { compilePattern, PatternError, type Pattern, type PatternMatch } from '../../pattern.ts';
import { isLabelName, keyOf, withLabel } from '../label-set.ts';
import { vectorOf, type PromqlEvaluationError } from '../value.ts';
import {
  invalid,
  stringAt,
  vectorAt,
  type Implementation,
  type Implementations,
  type Invocation,
} from './invocation.ts';

/** Functions that change labels or order by them. */
export const LABEL_FUNCTIONS: Implementations = {
  label_replace: (invocation) => {
    const [target, replacement, source] = [
      stringAt(invocation, 1),
      stringAt(invocation, 2),
      stringAt(invocation, 3),
    ];
    if (!isLabelName(target)) throw badTarget(invocation, target);
    const pattern = patternOf(invocation, 4);
    const { samples } = vectorAt(invocation, 0);
    return vectorOf(
      samples.map((sample) => {
        const match = pattern.match(labelValue(sample.labels, source));
        if (match === undefined) return sample;
        const { value, atMs } = sample;
        return { value, atMs, labels: withLabel(sample.labels, target, expand(replacement, match)) };
      }),
    );
  },
  label_join: (invocation) => {
    const [target, separator, ...sources] = invocation.values
      .slice(1)
      .map((_, index) => stringAt(invocation, index + 1));
    if (target === undefined || !isLabelName(target)) throw badTarget(invocation, target ?? '');
    const { samples } = vectorAt(invocation, 0);
    return vectorOf(
      samples.map(({ labels, value, atMs }) => {
        const joined = sources.map((name) => labelValue(labels, name)).join(separator);
        return { value, atMs, labels: withLabel(labels, target, joined) };
      }),
    );
  },
  sort_by_label: sortedByLabels(1),
  sort_by_label_desc: sortedByLabels(-1),
};

function badTarget(invocation: Invocation, name: string): PromqlEvaluationError {
  return invalid(
    invocation,
    1,
    `invalid destination label name in ${invocation.call.name}(): ${JSON.stringify(name)}`,
  );
}

function patternOf(invocation: Invocation, index: number): Pattern {
  try {
    return compilePattern(stringAt(invocation, index));
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw invalid(invocation, index, `${error.message} in label_replace()`);
  }
}

/** Go's templates: `$1`, `${1}`, `$name`, `$$`; a group that is not there is empty, a lone `$` stays. */
function expand(template: string, match: PatternMatch): string {
  return template.replaceAll(/\$(?:\$|(\w+)|\{(\w+)\})/g, (whole, plain?: string, braced?: string) => {
    if (whole === '$$') return '$';
    const name = plain ?? braced ?? '';
    return (/^\d+$/.test(name) ? match.groups[Number(name)] : match.named[name]) ?? '';
  });
}

/** Orders by the named labels, digits in them as numbers, and then by all labels. */
function sortedByLabels(sign: 1 | -1): Implementation {
  return (invocation) => {
    const names = invocation.values.slice(1).map((_, index) => stringAt(invocation, index + 1));
    const { samples } = vectorAt(invocation, 0);
    return vectorOf(
      samples.toSorted((a, b) => {
        for (const name of names) {
          const order = naturalOrder(labelValue(a.labels, name), labelValue(b.labels, name));
          if (order !== 0) return sign * order;
        }
        return sign * (keyOf(a.labels) < keyOf(b.labels) ? -1 : 1);
      }),
    );
  };
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
