import { children, unwrap, type Expr } from '../ast.ts';
import { Block, HISTOGRAM, type Row } from './block.ts';
import type { Scope } from './scope.ts';
import type { Value } from './value.ts';

/** Functions of the time of evaluation, whatever their arguments are. */
const OF_TIME: ReadonlySet<string> = new Set(['time', 'predict_linear']);
/** Functions that take the time of evaluation where their argument is left out. */
const OF_TIME_ALONE: ReadonlySet<string> = new Set([
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'days_in_month',
  'hour',
  'minute',
  'month',
  'year',
]);

/** Whether an expression is the same at each step, because `@` fixes when everything in it is read. */
export function isStepInvariant(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return true;
    case 'vector':
    case 'subquery':
      return expr.at !== undefined;
    case 'call':
      return !isOfTime(expr) && children(expr).every(isStepInvariant);
    case 'matrix':
    case 'unary':
    case 'paren':
    case 'binary':
    case 'aggregation':
      return children(expr).every(isStepInvariant);
  }
}

function isOfTime({ name, args }: Extract<Expr, { kind: 'call' }>): boolean {
  const [argument] = args;
  // Only a selector's samples have a time of their own.
  if (name === 'timestamp') return argument === undefined || unwrap(argument).kind !== 'vector';
  return OF_TIME.has(name) || (OF_TIME_ALONE.has(name) && argument === undefined);
}

/** The scope of what need be evaluated once only. */
export function firstStepOf(scope: Scope): Scope {
  return { ...scope, steps: { ...scope.steps, count: 1 } };
}

/** A value at one step as the value at each of many. @param expr what it is the value of */
export function repeated(value: Value, { query, steps: { count } }: Scope, expr: Expr): Value {
  switch (value.kind) {
    case 'string':
      return value;
    case 'scalar':
      return { kind: 'scalar', values: new Float64Array(count).fill(value.values[0] ?? Number.NaN) };
    case 'vector':
      return {
        kind: 'vector',
        blocks: repeatedBlocks(value.blocks, count, (made) => query.countSamples(made, expr.span)),
      };
  }
}

function* repeatedBlocks(
  blocks: Iterable<Block>,
  count: number,
  onMade: (samples: number) => void,
): Iterable<Block> {
  for (const block of blocks) {
    onMade(block.rows * count);
    let wide = new Block(count);
    for (let row = 0; row < block.rows; row++) {
      if (wide.isFull) {
        yield wide;
        wide = new Block(count);
      }
      repeatRow({ block, row }, wide);
    }
    if (wide.rows > 0) yield wide;
  }
}

function repeatRow({ block, row }: Row, into: Block): void {
  const first = into.addRow(block.labels[row] ?? {}, block.losesName[row] ?? false);
  const end = first + into.width;
  const kind = block.kinds[row] ?? 0;
  into.kinds.fill(kind, first, end);
  into.values.fill(block.values[row] ?? Number.NaN, first, end);
  const histogram = block.histogramAt(row);
  if (kind === HISTOGRAM && histogram !== undefined)
    for (let cell = first; cell < end; cell++) into.setHistogram(cell, histogram);
}
