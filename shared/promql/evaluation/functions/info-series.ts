import { children, type Expr, type Matcher, type TimeShift, type VectorSelector } from '../../ast.ts';
import { labelValue, type Labels } from '../../matching.ts';
import { ABSENT, HISTOGRAM } from '../block.ts';
import { PromqlEvaluationError } from '../evaluation-error.ts';
import type { Scope } from '../scope.ts';
import { selectVector } from '../selector.ts';

/** The labels by which a series finds its info. */
export const IDENTIFYING: readonly string[] = ['instance', 'job'];

/** One series of an info metric. */
export interface InfoSeries {
  /** Tells it from the others. */
  readonly number: number;
  readonly labels: Labels;
  /** When the sample of each step was taken, in seconds; NaN where there is none. */
  readonly times: Float64Array;
}

/** The same for series of the same instance and job; empty for a series without either. */
export function identityOf(labels: Labels): string {
  const values = IDENTIFYING.map((name) => labelValue(labels, name));
  return values.every((value) => value === '') ? '' : JSON.stringify(values);
}

/** The info series of each identity that is asked for, read at the times at which the expression reads its first selector. */
export function infoSeries(
  base: Expr,
  matchers: readonly Matcher[],
  identities: ReadonlySet<string>,
  scope: Scope,
): Map<string, InfoSeries[]> {
  const selector: VectorSelector = { kind: 'vector', matchers, ...shiftOf(base), span: base.span };
  const found = new Map<string, InfoSeries[]>();
  for (const block of selectVector(selector, scope, 'samples')) {
    const isRefused = block.kinds.includes(HISTOGRAM);
    if (isRefused)
      throw new PromqlEvaluationError('an info metric must have numbers, not histograms', base.span);
  }
  let number = 0;
  for (const block of selectVector(selector, scope, 'times')) {
    for (const [row, labels] of block.labels.entries()) {
      const identity = identityOf(labels);
      if (identity === '' || !identities.has(identity)) continue;
      const times = Float64Array.from({ length: block.width }, (_, step) => {
        const cell = row * block.width + step;
        return block.kinds[cell] === ABSENT ? Number.NaN : (block.values[cell] ?? Number.NaN);
      });
      const group = found.get(identity) ?? [];
      found.set(identity, group);
      group.push({ number: number++, labels, times });
    }
  }
  return found;
}

/** How far the first selector of an expression looks from the time of evaluation, through the subqueries around it. */
function shiftOf(expr: Expr, around: TimeShift = {}): TimeShift | undefined {
  if (expr.kind !== 'vector' && expr.kind !== 'subquery') {
    for (const child of children(expr)) {
      const shift = shiftOf(child, around);
      if (shift !== undefined) return shift;
    }
    return undefined;
  }
  const { at = around.at, offsetMs = 0 } = expr;
  const outerMs = expr.at === undefined ? (around.offsetMs ?? 0) : 0;
  const shift: TimeShift = { ...(at === undefined ? {} : { at }), offsetMs: outerMs + offsetMs };
  return expr.kind === 'vector' ? shift : shiftOf(expr.expr, shift);
}
