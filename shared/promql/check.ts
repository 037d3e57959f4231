import type { Aggregation, Binary, Call, Expr, VectorSelector } from './ast.ts';
import { children, matchersOf } from './ast.ts';
import { compileMatcher, PatternError } from './matching.ts';
import { parse } from './parse.ts';
import { AGGREGATIONS, FUNCTIONS, type ValueType } from './signatures.ts';
import type { PromqlError } from './syntax-error.ts';

export type CheckResult =
  | { readonly ok: true; readonly expr: Expr; readonly type: ValueType }
  | { readonly ok: false; readonly errors: readonly PromqlError[] };

/** Parses a text and checks its types, as Prometheus does before it evaluates. All type errors are given, not only the first. */
export function check(text: string): CheckResult {
  const parsed = parse(text);
  if (!parsed.ok) return parsed;
  const errors: PromqlError[] = [];
  examine(parsed.expr, errors);
  return errors.length > 0
    ? { ok: false, errors }
    : { ok: true, expr: parsed.expr, type: typeOf(parsed.expr) };
}

/** The type an expression gives, without looking inside more than needed. */
export function typeOf(inner: Expr): ValueType {
  switch (inner.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'matrix':
    case 'subquery':
      return 'matrix';
    case 'vector':
    case 'aggregation':
      return 'vector';
    case 'unary':
    case 'paren':
      return typeOf(inner.expr);
    case 'binary':
      return typeOf(inner.left) === 'scalar' && typeOf(inner.right) === 'scalar' ? 'scalar' : 'vector';
    case 'call':
      return FUNCTIONS.get(inner.name)?.returns ?? 'vector';
  }
}

/** The types under the names that Prometheus' messages use. */
const SPOKEN: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  vector: 'instant vector',
  matrix: 'range vector',
  string: 'string',
};

type Errors = PromqlError[];

function fail(errors: Errors, expr: Expr, message: string): void {
  errors.push({ message, from: expr.span.from, to: expr.span.to });
}

function examine(expr: Expr, errors: Errors): void {
  for (const child of children(expr)) examine(child, errors);
  switch (expr.kind) {
    case 'vector':
      return examineSelector(expr, errors);
    case 'subquery':
      return expect(
        expr.expr,
        'vector',
        errors,
        (got) => `subquery is only allowed on instant vector, got ${got} instead`,
      );
    case 'unary':
      return examineUnary(expr.expr, errors);
    case 'binary':
      return examineBinary(expr, errors);
    case 'aggregation':
      return examineAggregation(expr, errors);
    case 'call':
      return examineCall(expr, errors);
    case 'number':
    case 'string':
    case 'matrix':
    case 'paren':
      return undefined;
  }
}

function expect(expr: Expr, wanted: ValueType, errors: Errors, message: (got: string) => string): void {
  const got = typeOf(expr);
  if (got !== wanted) fail(errors, expr, message(SPOKEN[got]));
}

function examineUnary(operand: Expr, errors: Errors): void {
  const type = typeOf(operand);
  if (type === 'scalar' || type === 'vector') return;
  fail(
    errors,
    operand,
    `unary expression only allowed on expressions of type scalar or instant vector, got ${JSON.stringify(SPOKEN[type])}`,
  );
}

function examineSelector(selector: VectorSelector, errors: Errors): void {
  let matchesEmpty = true;
  for (const matcher of matchersOf(selector)) {
    try {
      if (!compileMatcher(matcher)('')) matchesEmpty = false;
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      fail(errors, selector, error.message);
      matchesEmpty = false;
    }
  }
  if (matchesEmpty) fail(errors, selector, 'vector selector must contain at least one non-empty matcher');
}

const COMPARISONS = new Set(['==', '!=', '<', '>', '<=', '>=']);
const SETS = new Set(['and', 'or', 'unless']);

function examineBinary(expr: Binary, errors: Errors): void {
  const left = typeOf(expr.left);
  const right = typeOf(expr.right);
  const isComparison = COMPARISONS.has(expr.op);
  const isSet = SETS.has(expr.op);
  const areScalars = left === 'scalar' && right === 'scalar';
  if (expr.bool && !isComparison)
    fail(errors, expr, 'bool modifier can only be used on comparison operators');
  if (isComparison && !expr.bool && areScalars)
    fail(errors, expr, 'comparisons between scalars must use BOOL modifier');
  for (const side of [expr.left, expr.right]) {
    const type = typeOf(side);
    if (type !== 'scalar' && type !== 'vector')
      fail(errors, side, 'binary expression must contain only scalar and instant vector types');
  }
  if (isSet && (left === 'scalar' || right === 'scalar'))
    fail(errors, expr, `set operator ${JSON.stringify(expr.op)} not allowed in binary scalar expression`);
  const { matching, fill } = expr;
  const hasMatching = matching !== undefined && (matching.labels.length > 0 || matching.group !== undefined);
  if (!isSet && hasMatching && (left !== 'vector' || right !== 'vector'))
    fail(errors, expr, 'vector matching only allowed between instant vectors');
  if (isSet && matching?.group !== undefined)
    fail(errors, expr, `no grouping allowed for ${JSON.stringify(expr.op)} operation`);
  if (isSet && fill !== undefined)
    fail(errors, expr, 'filling in missing series not allowed for set operators');
  const twice =
    matching?.mode === 'on'
      ? matching.group?.labels.find((label) => matching.labels.includes(label))
      : undefined;
  if (twice !== undefined)
    fail(errors, expr, `label ${JSON.stringify(twice)} must not occur in ON and GROUP clause at once`);
}

function examineAggregation(expr: Aggregation, errors: Errors): void {
  const message = (wanted: ValueType) => (got: string) =>
    `expected type ${SPOKEN[wanted]} in aggregation expression, got ${got}`;
  expect(expr.expr, 'vector', errors, message('vector'));
  const wanted = AGGREGATIONS.get(expr.op);
  if (wanted !== undefined && expr.parameter !== undefined) {
    expect(
      expr.parameter,
      wanted,
      errors,
      (got) => `expected type ${SPOKEN[wanted]} in aggregation parameter, got ${got}`,
    );
  }
}

function examineCall(call: Call, errors: Errors): void {
  const signature = FUNCTIONS.get(call.name);
  const name = JSON.stringify(call.name);
  if (signature === undefined) return fail(errors, call, `unknown function with name ${name}`);
  const { args, optional, repeats } = signature;
  const count = call.args.length;
  const least = args.length - optional;
  if (optional === 0 && count !== args.length)
    return fail(errors, call, `expected ${args.length} argument(s) in call to ${name}, got ${count}`);
  if (count < least)
    return fail(errors, call, `expected at least ${least} argument(s) in call to ${name}, got ${count}`);
  if (count > args.length && !repeats)
    return fail(errors, call, `expected at most ${args.length} argument(s) in call to ${name}, got ${count}`);
  for (const [index, argument] of call.args.entries()) {
    const wanted = args[Math.min(index, args.length - 1)] ?? 'scalar';
    expect(
      argument,
      wanted,
      errors,
      (got) => `expected type ${SPOKEN[wanted]} in call to function ${name}, got ${got}`,
    );
  }
}
