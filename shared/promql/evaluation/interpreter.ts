import { type Aggregation, type Binary, type Call, type Expr, type Unary } from '../ast.ts';
import { aggregate } from './aggregations.ts';
import type { Frame } from './frame.ts';
import { IMPLEMENTATIONS } from './functions/table.ts';
import { keyOf, withoutName } from './label-set.ts';
import { PromqlEvaluationError, valueAs, vectorOf, type Value, type VectorValue } from './value.ts';
import { combineSets, combineVectors, compute, losesName } from './vector-matching.ts';

/** The value of a checked expression at one time of the frame. Throws `PromqlEvaluationError`. */
export function evaluateAt(expr: Expr, frame: Frame, atMs: number): Value {
  switch (expr.kind) {
    case 'number':
      return { kind: 'scalar', value: expr.value };
    case 'string':
      return { kind: 'string', value: expr.value };
    case 'vector':
      return frame.instant(expr, atMs);
    case 'matrix':
      return frame.range(expr.selector, expr.rangeMs, expr, atMs);
    case 'subquery':
      return frame.subquery(expr, atMs, (inner, timeMs) =>
        valueAs(evaluateAt(expr.expr, inner, timeMs), 'vector', expr.expr),
      );
    case 'paren':
      return evaluateAt(expr.expr, frame, atMs);
    case 'unary':
      return evaluateUnary(expr, frame, atMs);
    case 'binary':
      return evaluateBinary(expr, frame, atMs);
    case 'aggregation':
      return evaluateAggregation(expr, frame, atMs);
    case 'call':
      return evaluateCall(expr, frame, atMs);
  }
}

function evaluateUnary(expr: Unary, frame: Frame, atMs: number): Value {
  const value = evaluateAt(expr.expr, frame, atMs);
  if (expr.op === '+') return value;
  if (value.kind === 'scalar') return { kind: 'scalar', value: -value.value };
  const { samples } = valueAs(value, 'vector', expr.expr);
  return distinct(
    vectorOf(samples.map((sample) => ({ labels: withoutName(sample.labels), value: -sample.value, atMs }))),
    expr,
  );
}

function evaluateBinary(expr: Binary, frame: Frame, atMs: number): Value {
  const left = evaluateAt(expr.left, frame, atMs);
  const right = evaluateAt(expr.right, frame, atMs);
  if (left.kind === 'scalar' && right.kind === 'scalar')
    return { kind: 'scalar', value: compute(expr, left.value, right.value) ?? Number.NaN };
  if (left.kind === 'scalar')
    return withScalar(expr, valueAs(right, 'vector', expr.right), atMs, (value) =>
      compute(expr, left.value, value, value),
    );
  if (right.kind === 'scalar')
    return withScalar(expr, valueAs(left, 'vector', expr.left), atMs, (value) =>
      compute(expr, value, right.value),
    );
  const sides = [valueAs(left, 'vector', expr.left), valueAs(right, 'vector', expr.right)] as const;
  if (expr.op === 'and' || expr.op === 'or' || expr.op === 'unless') return combineSets(expr, ...sides);
  return combineVectors(expr, ...sides, atMs);
}

function withScalar(
  expr: Binary,
  vector: VectorValue,
  atMs: number,
  operation: (value: number) => number | undefined,
): VectorValue {
  const dropsName = losesName(expr);
  const samples = vector.samples.flatMap(({ labels, value }) => {
    const result = operation(value);
    return result === undefined
      ? []
      : [{ labels: dropsName ? withoutName(labels) : labels, value: result, atMs }];
  });
  return dropsName ? distinct(vectorOf(samples), expr) : vectorOf(samples);
}

function evaluateAggregation(expr: Aggregation, frame: Frame, atMs: number): Value {
  const parameter = expr.parameter === undefined ? undefined : evaluateAt(expr.parameter, frame, atMs);
  return aggregate(expr, valueAs(evaluateAt(expr.expr, frame, atMs), 'vector', expr.expr), parameter, atMs);
}

function evaluateCall(call: Call, frame: Frame, atMs: number): Value {
  const implementation = IMPLEMENTATIONS.get(call.name);
  if (implementation === undefined)
    throw new PromqlEvaluationError(`function ${call.name} is not supported yet`, call.span);
  const values = call.args.map((argument) => evaluateAt(argument, frame, atMs));
  const value = implementation({ call, values, atMs });
  return value.kind === 'vector' ? distinct(value, call) : value;
}

/** Taking the name away may leave two series that cannot be told apart. */
function distinct(vector: VectorValue, expr: Expr): VectorValue {
  if (vector.samples.length < 2) return vector;
  const keys = new Set(vector.samples.map((sample) => keyOf(sample.labels)));
  if (keys.size < vector.samples.length)
    throw new PromqlEvaluationError('vector cannot contain metrics with the same labelset', expr.span);
  return vector;
}
