/** Character offsets into the parsed text: `from` is the first character, `to` the one after the last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** One condition on one label. A label that a series does not have counts as the empty string. */
export interface Matcher {
  readonly name: string;
  readonly op: MatchOperator;
  readonly value: string;
}

/** The `@` modifier: a fixed time in epoch milliseconds, or the start or end of the whole query. */
export type AtModifier = { readonly ms: number } | 'start' | 'end';

export type DurationOperator = '+' | '-' | '*' | '/' | '%' | '^';

/** A duration that depends on the query, counted in seconds; parts that do not are worked out already. */
export type DurationExpr = { readonly span: Span } & (
  | { readonly kind: 'seconds'; readonly value: number }
  /** `step()` and `range()`: the step of the query, and its end minus its start. */
  | { readonly kind: 'query'; readonly name: 'step' | 'range' }
  | { readonly kind: 'negation'; readonly operand: DurationExpr }
  | {
      readonly kind: 'choice';
      readonly name: 'min_of' | 'max_of';
      readonly left: DurationExpr;
      readonly right: DurationExpr;
    }
  | {
      readonly kind: 'arithmetic';
      readonly op: DurationOperator;
      readonly left: DurationExpr;
      readonly right: DurationExpr;
    }
);

/**
 * Where a selector or subquery looks, relative to the time it is evaluated at. A duration that depends on
 * the query stands as an expression, here and below; `resolveDurations` replaces it by its number.
 */
export interface TimeShift {
  readonly offsetMs?: number;
  readonly offsetExpr?: DurationExpr;
  readonly at?: AtModifier;
}

export interface NumberLiteral {
  readonly kind: 'number';
  readonly value: number;
  readonly span: Span;
}

export interface StringLiteral {
  readonly kind: 'string';
  readonly value: string;
  readonly span: Span;
}

/** `name{matchers}`. `name` is set when it stands before the braces or alone quoted inside; a `__name__` matcher stays one. */
export interface VectorSelector extends TimeShift {
  readonly kind: 'vector';
  readonly name?: string;
  readonly matchers: readonly Matcher[];
  readonly edges?: 'anchored' | 'smoothed';
  readonly span: Span;
}

/** `selector[range]`. Offset and `@` are on the selector inside, wherever they were written. */
export interface MatrixSelector {
  readonly kind: 'matrix';
  readonly selector: VectorSelector;
  /** `NaN` while `rangeExpr` is there. */
  readonly rangeMs: number;
  readonly rangeExpr?: DurationExpr;
  readonly span: Span;
}

/** `expr[range:step]`; without a step the evaluator's default is used. */
export interface Subquery extends TimeShift {
  readonly kind: 'subquery';
  readonly expr: Expr;
  /** `NaN` while `rangeExpr` is there. */
  readonly rangeMs: number;
  readonly rangeExpr?: DurationExpr;
  readonly stepMs?: number;
  readonly stepExpr?: DurationExpr;
  readonly span: Span;
}

export interface Unary {
  readonly kind: 'unary';
  readonly op: '+' | '-';
  readonly expr: Expr;
  readonly span: Span;
}

export type BinaryOperator =
  | ('+' | '-' | '*' | '/' | '%' | '^' | 'atan2')
  | ('==' | '!=' | '>' | '<' | '>=' | '<=')
  | ('</' | '>/')
  | ('and' | 'or' | 'unless');

/** How the series of two sides find each other. `group` names the side that may have many. */
export interface VectorMatching {
  readonly mode: 'on' | 'ignoring';
  readonly labels: readonly string[];
  readonly group?: { readonly side: 'left' | 'right'; readonly labels: readonly string[] };
}

export interface Binary {
  readonly kind: 'binary';
  readonly op: BinaryOperator;
  readonly bool: boolean;
  readonly left: Expr;
  readonly right: Expr;
  readonly matching?: VectorMatching;
  /** Values that stand in for a series missing on one side (`fill`, `fill_left`, `fill_right`). */
  readonly fill?: { readonly left?: number; readonly right?: number };
  readonly span: Span;
}

export interface Aggregation {
  readonly kind: 'aggregation';
  readonly op: string;
  readonly expr: Expr;
  /** First argument of topk, bottomk, quantile, count_values, limitk, limit_ratio. */
  readonly parameter?: Expr;
  readonly grouping?: { readonly mode: 'by' | 'without'; readonly labels: readonly string[] };
  readonly span: Span;
}

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expr[];
  readonly span: Span;
}

export interface Paren {
  readonly kind: 'paren';
  readonly expr: Expr;
  readonly span: Span;
}

export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Unary
  | Binary
  | Aggregation
  | Call
  | Paren;

/** The direct parts of an expression, in the order they are written. */
export function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'vector':
      return [];
    case 'matrix':
      return [expr.selector];
    case 'subquery':
    case 'unary':
    case 'paren':
      return [expr.expr];
    case 'binary':
      return [expr.left, expr.right];
    case 'aggregation':
      return expr.parameter === undefined ? [expr.expr] : [expr.parameter, expr.expr];
    case 'call':
      return expr.args;
  }
}

/** The expression without the parentheses around it. */
export function unwrap(expr: Expr): Expr {
  let inner = expr;
  while (inner.kind === 'paren') inner = inner.expr;
  return inner;
}

/** All conditions of a selector, its name as a `__name__` matcher first. */
export function matchersOf(selector: VectorSelector): readonly Matcher[] {
  if (selector.name === undefined) return selector.matchers;
  return [{ name: '__name__', op: '=', value: selector.name }, ...selector.matchers];
}
