import type { Aggregation, Binary, Call, Expr, Unary } from '../ast.ts';
import { unwrap } from '../ast.ts';
import { aggregate } from './aggregations/aggregate.ts';
import { combineScalars, combineWithScalar } from './binary.ts';
import { FLOAT, type Block } from './block.ts';
import { PromqlEvaluationError } from './evaluation-error.ts';
import type { Invocation } from './functions/invocation.ts';
import { IMPLEMENTATIONS } from './functions/table.ts';
import { negateHistograms } from './histogram-operators.ts';
import { loseNames } from './names.ts';
import { selectRanges, subqueryRanges, type RangeVector } from './ranges.ts';
import type { Scope } from './scope.ts';
import { selectVector } from './selector.ts';
import { firstStepOf, isStepInvariant, repeated } from './step-invariant.ts';
import { combineSets } from './set-operators.ts';
import { combineVectors } from './vector-matching.ts';
import type { Value } from './value.ts';

/** The value of a checked expression at each step. Vectors are evaluated as they are read. Throws `PromqlEvaluationError`. */
export function evaluate(expr: Expr, scope: Scope): Value {
  const { count } = scope.steps;
  return count > 1 && isStepInvariant(expr)
    ? repeated(evaluateKind(expr, firstStepOf(scope)), scope, expr)
    : evaluateKind(expr, scope);
}

function evaluateKind(expr: Expr, scope: Scope): Value {
  switch (expr.kind) {
    case 'number':
      return { kind: 'scalar', values: new Float64Array(scope.steps.count).fill(expr.value) };
    case 'string':
      return { kind: 'string', value: expr.value };
    case 'vector':
      return { kind: 'vector', blocks: selectVector(expr, scope) };
    case 'paren':
      return evaluate(expr.expr, scope);
    case 'unary':
      return evaluateUnary(expr, scope);
    case 'binary':
      return evaluateBinary(expr, scope);
    case 'aggregation':
      return evaluateAggregation(expr, scope);
    case 'call':
      return evaluateCall(expr, scope);
    case 'matrix':
    case 'subquery':
      throw unexpected(expr, 'scalar or instant vector', 'range vector');
  }
}

/** The series of an expression that must be a range vector. */
export function evaluateRanges(expr: Expr, scope: Scope): RangeVector {
  const inner = unwrap(expr);
  if (inner.kind === 'matrix') return selectRanges(inner, scope);
  if (inner.kind === 'subquery')
    return subqueryRanges(inner, scope, (steps) => evaluateVector(inner.expr, steps));
  throw unexpected(expr, 'range vector', expr.kind);
}

function evaluateVector(expr: Expr, scope: Scope): Iterable<Block> {
  const value = evaluate(expr, scope);
  if (value.kind !== 'vector') throw unexpected(expr, 'instant vector', value.kind);
  return value.blocks;
}

function evaluateScalar(expr: Expr, scope: Scope): Float64Array {
  const value = evaluate(expr, scope);
  if (value.kind !== 'scalar') throw unexpected(expr, 'scalar', value.kind);
  return value.values;
}

function evaluateText(expr: Expr, scope: Scope): string {
  const value = evaluate(expr, scope);
  if (value.kind !== 'string') throw unexpected(expr, 'string', value.kind);
  return value.value;
}

/** Not what the checker promised, so that the expression was never checked. */
function unexpected({ span }: Expr, wanted: string, got: string): PromqlEvaluationError {
  return new PromqlEvaluationError(
    `expected ${wanted}, got ${got}: check the expression before it is evaluated`,
    span,
  );
}

function evaluateUnary(expr: Unary, scope: Scope): Value {
  const value = evaluate(expr.expr, scope);
  if (expr.op === '+') return value;
  if (value.kind === 'scalar') return { kind: 'scalar', values: value.values.map((number) => -number) };
  if (value.kind !== 'vector') throw unexpected(expr.expr, 'scalar or instant vector', value.kind);
  return { kind: 'vector', blocks: loseNames(negated(value.blocks), expr.expr, scope, 'at any steps') };
}

function* negated(blocks: Iterable<Block>): Iterable<Block> {
  for (const block of blocks) {
    for (let cell = 0; cell < block.rows * block.width; cell++)
      if (block.kinds[cell] === FLOAT) block.values[cell] = -(block.values[cell] ?? Number.NaN);
    negateHistograms(block);
    yield block;
  }
}

function evaluateBinary(expr: Binary, outer: Scope): Value {
  const scope = { ...outer, detectsResets: false };
  const left = evaluate(expr.left, scope);
  const right = evaluate(expr.right, scope);
  if (left.kind === 'string' || right.kind === 'string')
    throw unexpected(expr, 'scalar or instant vector', 'string');
  if (left.kind === 'scalar')
    return right.kind === 'scalar'
      ? { kind: 'scalar', values: combineScalars(expr, left.values, right.values) }
      : { kind: 'vector', blocks: combineWithScalar(expr, right.blocks, left.values, 'left', scope) };
  if (right.kind === 'scalar')
    return { kind: 'vector', blocks: combineWithScalar(expr, left.blocks, right.values, 'right', scope) };
  const isSet = expr.op === 'and' || expr.op === 'or' || expr.op === 'unless';
  const combine = isSet ? combineSets : combineVectors;
  return { kind: 'vector', blocks: combine(expr, left.blocks, right.blocks, scope) };
}

function evaluateAggregation(expr: Aggregation, scope: Scope): Value {
  const parameter = expr.parameter === undefined ? undefined : evaluate(expr.parameter, scope);
  const blocks = aggregate(
    expr,
    evaluateVector(expr.expr, scope),
    {
      ...(parameter?.kind === 'scalar' ? { values: parameter.values } : {}),
      ...(parameter?.kind === 'string' ? { text: parameter.value } : {}),
    },
    scope,
  );
  return { kind: 'vector', blocks };
}

function evaluateCall(call: Call, outer: Scope): Value {
  const scope = scopeWithin(call, outer);
  const implementation = IMPLEMENTATIONS.get(call.name);
  if (implementation === undefined)
    throw new PromqlEvaluationError(`function ${call.name} is not supported yet`, call.span);
  const argument = (index: number): Expr => call.args[index] ?? call;
  const invocation: Invocation = {
    call,
    scope,
    vector: (index) => evaluateVector(argument(index), scope),
    scalar: (index) => evaluateScalar(argument(index), scope),
    text: (index) => evaluateText(argument(index), scope),
    ranges: (index) => evaluateRanges(argument(index), scope),
  };
  return implementation(invocation);
}

/** Functions that read counts and sums of histograms only, and those that need the buckets. */
const READ_TOTALS: ReadonlySet<string> = new Set(['histogram_count', 'histogram_sum', 'histogram_avg']);
const READ_BUCKETS: ReadonlySet<string> = new Set([
  'histogram_quantile',
  'histogram_quantiles',
  'histogram_fraction',
]);

/** The scope of a call's arguments: the nearest function around a selector that says what it reads counts. */
function scopeWithin({ name }: Call, scope: Scope): Scope {
  if (READ_TOTALS.has(name)) return { ...scope, detectsResets: true };
  return READ_BUCKETS.has(name) ? { ...scope, detectsResets: false } : scope;
}
