import type { Binary } from '../ast.ts';
import { labelValue, type Labels } from '../matching.ts';
import { PromqlEvaluationError } from './evaluation-error.ts';
import { omit, pick, showLabels, withLabel, withoutName } from './label-set.ts';
import { DEFAULT_MATCHING, matchingOf } from './matching-groups.ts';
import { losesName } from './operators.ts';

/** The labels of what two series give together. */
export function resultLabels(expr: Binary, many: Labels, one: Labels): Labels {
  const { mode, labels, group } = expr.matching ?? DEFAULT_MATCHING;
  let result = losesName(expr) ? withoutName(many) : many;
  if (group === undefined) {
    if (mode === 'on') return pick(result, labels);
    return labels.length === 0 ? result : omit(result, new Set(labels));
  }
  for (const name of group.labels) result = withLabel(result, name, labelValue(one, name));
  return result;
}

/** Two series of the "one" side are there at the same time. */
export function duplicatePartners(expr: Binary, one: Labels, other: Labels): PromqlEvaluationError {
  const side = expr.matching?.group?.side === 'right' ? 'left' : 'right';
  const group = showLabels(matchingOf(expr).labelsOf(one));
  return new PromqlEvaluationError(
    `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: ` +
      `[${showLabels(one)}, ${showLabels(other)}]` +
      ';many-to-many matching not allowed: matching labels must be unique on one side',
    expr.span,
  );
}

/** Two series match the same one, and their results could not be told apart. */
export function ambiguousMatch(expr: Binary, many: readonly Labels[], one: Labels): PromqlEvaluationError {
  const reason =
    expr.matching?.group === undefined
      ? 'many-to-one matching must be explicit (group_left/group_right)'
      : 'grouping labels must ensure unique matches';
  const shown = many.map((labels) => showLabels(labels)).join(', ');
  const group = showLabels(matchingOf(expr).labelsOf(one));
  return new PromqlEvaluationError(
    `multiple matches for labels: ${reason}: [${shown}] all match ${showLabels(one)} by ${group}`,
    expr.span,
  );
}
