import type { Binary, VectorMatching } from '../ast.ts';
import { labelValue, type Labels } from '../matching.ts';
import { METRIC_NAME, grouper, keyOf, omit, pick, showLabels, withLabel, withoutName } from './label-set.ts';
import { ARITHMETIC, COMPARISON } from './operators.ts';
import { PromqlEvaluationError, vectorOf, type Sample, type VectorValue } from './value.ts';

type Group = { readonly labels: Labels; readonly key: string };
const DEFAULT_MATCHING: VectorMatching = { mode: 'ignoring', labels: [] };

const signatures = new WeakMap<Binary, (labels: Labels) => Group>();

/** What two series must have in common to find each other. */
function signatureOf(expr: Binary): (labels: Labels) => Group {
  const { mode, labels } = expr.matching ?? DEFAULT_MATCHING;
  const signature =
    signatures.get(expr) ??
    (mode === 'on' ? grouper('keep', labels) : grouper('drop', [...labels, METRIC_NAME]));
  signatures.set(expr, signature);
  return signature;
}

/** `and`, `or`, `unless`: keep whole samples by whether the other side has a partner. */
export function combineSets(expr: Binary, left: VectorValue, right: VectorValue): VectorValue {
  const signature = signatureOf(expr);
  const keysOf = (vector: VectorValue): Set<string> =>
    new Set(vector.samples.map((sample) => signature(sample.labels).key));
  if (expr.op === 'or') {
    const known = keysOf(left);
    return vectorOf([
      ...left.samples,
      ...right.samples.filter((sample) => !known.has(signature(sample.labels).key)),
    ]);
  }
  const known = keysOf(right);
  const wanted = expr.op === 'and';
  return vectorOf(left.samples.filter((sample) => known.has(signature(sample.labels).key) === wanted));
}

/**
 * Arithmetic and comparison between two vectors. One side, the "one" side, may have a single series for each
 * match group; the other may have many when `group_left` or `group_right` names it. Throws on any ambiguity.
 */
export function combineVectors(
  expr: Binary,
  left: VectorValue,
  right: VectorValue,
  atMs: number,
): VectorValue {
  if (expr.fill !== undefined)
    throw new PromqlEvaluationError('fill modifiers are not supported yet', expr.span);
  const isSwapped = expr.matching?.group?.side === 'right';
  const [many, one] = isSwapped ? [right, left] : [left, right];
  const signature = signatureOf(expr);
  const partners = partnersByKey(expr, one, signature, isSwapped ? 'left' : 'right');
  const results: Sample[] = [];
  const seen = new Map<string, Sample>();
  for (const sample of many.samples) {
    const group = signature(sample.labels);
    const partner = partners.get(group.key);
    if (partner === undefined) continue;
    const labels = resultLabels(expr, sample.labels, partner.labels);
    const value = isSwapped
      ? compute(expr, partner.value, sample.value)
      : compute(expr, sample.value, partner.value);
    const isGrouped = expr.matching?.group !== undefined;
    // Without grouping a second match is an error even where the comparison drops it; with it, two results must not look the same.
    if (isGrouped && value === undefined) continue;
    const key = isGrouped ? keyOf(labels) : group.key;
    const other = seen.get(key);
    if (other !== undefined) throw ambiguous(expr, group.labels, [other, sample], partner);
    seen.set(key, sample);
    if (value === undefined) continue;
    results.push({ labels, value, atMs });
  }
  return vectorOf(results);
}

function partnersByKey(
  expr: Binary,
  one: VectorValue,
  signature: (labels: Labels) => Group,
  side: string,
): Map<string, Sample> {
  const partners = new Map<string, Sample>();
  for (const sample of one.samples) {
    const group = signature(sample.labels);
    const other = partners.get(group.key);
    if (other !== undefined) {
      const both = `[${showLabels(other.labels)}, ${showLabels(sample.labels)}]`;
      throw new PromqlEvaluationError(
        `found duplicate series for the match group ${showLabels(group.labels)} on the ${side} hand-side of the operation: ${both};` +
          'many-to-many matching not allowed: matching labels must be unique on one side',
        expr.span,
      );
    }
    partners.set(group.key, sample);
  }
  return partners;
}

function ambiguous(
  expr: Binary,
  group: Labels,
  many: readonly Sample[],
  partner: Sample,
): PromqlEvaluationError {
  const reason =
    expr.matching?.group === undefined
      ? 'many-to-one matching must be explicit (group_left/group_right)'
      : 'grouping labels must ensure unique matches';
  const shown = many.map((sample) => showLabels(sample.labels)).join(', ');
  return new PromqlEvaluationError(
    `multiple matches for labels: ${reason}: [${shown}] all match ${showLabels(partner.labels)} by ${showLabels(group)}`,
    expr.span,
  );
}

/** The value of an operation, undefined when a comparison drops it. */
export function compute(expr: Binary, left: number, right: number, kept = left): number | undefined {
  const arithmetic = ARITHMETIC[expr.op];
  if (arithmetic !== undefined) return arithmetic(left, right);
  const comparison = COMPARISON[expr.op];
  if (comparison === undefined)
    throw new PromqlEvaluationError(`operator ${expr.op} is not supported yet`, expr.span);
  const isTrue = comparison(left, right);
  if (expr.bool) return isTrue ? 1 : 0;
  return isTrue ? kept : undefined;
}

/** Whether the result is no longer the metric that went in. */
export function losesName(expr: Binary): boolean {
  return expr.bool || ARITHMETIC[expr.op] !== undefined;
}

function resultLabels(expr: Binary, many: Labels, one: Labels): Labels {
  const { mode, labels, group } = expr.matching ?? DEFAULT_MATCHING;
  let result = losesName(expr) ? withoutName(many) : many;
  if (group === undefined) {
    if (mode === 'on') return pick(result, labels);
    return labels.length === 0 ? result : omit(result, labels);
  }
  for (const name of group.labels) result = withLabel(result, name, labelValue(one, name));
  return result;
}
