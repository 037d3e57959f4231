import type { Expr, Span } from '../ast.ts';
import type { Labels } from '../matching.ts';

/** One value of one series. `atMs` is the sample's own time behind a selector, the time of evaluation behind all else. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  readonly atMs: number;
}

/** The samples `start` to `end` (not included) of a series: a range without a copy. Never has stale markers. */
export interface Window {
  readonly labels: Labels;
  readonly timesMs: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  readonly start: number;
  readonly end: number;
}

export type ScalarValue = { readonly kind: 'scalar'; readonly value: number };
export type VectorValue = { readonly kind: 'vector'; readonly samples: readonly Sample[] };
export type StringValue = { readonly kind: 'string'; readonly value: string };
/** Windows over (fromMs, toMs]. */
export type MatrixValue = {
  readonly kind: 'matrix';
  readonly windows: readonly Window[];
  readonly fromMs: number;
  readonly toMs: number;
};

export type Value = ScalarValue | VectorValue | StringValue | MatrixValue;

/** An expression that cannot be evaluated, with the place in its text that is the reason. */
export class PromqlEvaluationError extends Error {
  readonly span: Span;

  constructor(message: string, span: Span) {
    super(message);
    this.name = 'PromqlEvaluationError';
    this.span = span;
  }
}

/** The value as a kind that the checker promised; a mismatch means the expression was never checked. */
export function valueAs<K extends Value['kind']>(
  value: Value | undefined,
  kind: K,
  expr: Expr,
): Extract<Value, { kind: K }> {
  if (value?.kind === kind) return value as Extract<Value, { kind: K }>;
  throw new PromqlEvaluationError(
    `expected a ${kind}, got ${value?.kind ?? 'nothing'}: check the expression before it is evaluated`,
    expr.span,
  );
}

/** A vector from samples, at the time of evaluation. */
export function vectorOf(samples: readonly Sample[]): VectorValue {
  return { kind: 'vector', samples };
}
