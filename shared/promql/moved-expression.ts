import type { Expr, TimeShift, VectorSelector } from './ast.ts';
import { mapChildren } from './expression-map.ts';
import { PromqlRewriteError } from './rewrite-error.ts';

/** When a selector looks, without what it looks for. */
export function shiftOf({ offsetMs, offsetExpr, at }: TimeShift): TimeShift {
  return {
    ...(offsetMs === undefined ? {} : { offsetMs }),
    ...(offsetExpr === undefined ? {} : { offsetExpr }),
    ...(at === undefined ? {} : { at }),
  };
}

/** Functions whose value is the time of the query, or depends on it. */
const CLOCK_READERS = new Set(['time', 'start', 'end', 'predict_linear']);
/** Functions that take the time of the query where they are given nothing. */
const CALENDAR = new Set([
  'minute',
  'hour',
  'day_of_week',
  'day_of_month',
  'day_of_year',
  'days_in_month',
  'month',
  'year',
]);

/**
 * A recorded expression as it was at another time: the shift goes to every selector and to the outermost subqueries.
 * Throws `PromqlRewriteError` about the selector that asks for it.
 */
export function moved(expr: Expr, shift: TimeShift, selector: VectorSelector): Expr {
  if (shift.offsetMs === undefined && shift.offsetExpr === undefined && shift.at === undefined) return expr;
  const readsClock =
    expr.kind === 'call' &&
    (CLOCK_READERS.has(expr.name) || (CALENDAR.has(expr.name) && expr.args.length === 0));
  if (readsClock) throw cannotMove(selector, `it calls ${expr.name}(), which reads the clock`);
  if (expr.kind !== 'vector' && expr.kind !== 'subquery')
    return mapChildren(expr, (child) => moved(child, shift, selector));
  if (expr.at !== undefined) throw cannotMove(selector, 'it is fixed in time by its own @ modifier');
  if (shift.offsetExpr !== undefined || expr.offsetExpr !== undefined)
    throw cannotMove(selector, 'an offset depends on the query');
  const { offsetMs: ownMs = 0, ...unmoved } = expr;
  const offsetMs = ownMs + (shift.offsetMs ?? 0);
  return {
    ...unmoved,
    ...(offsetMs === 0 ? {} : { offsetMs }),
    ...(shift.at === undefined ? {} : { at: shift.at }),
  };
}

function cannotMove(selector: VectorSelector, reason: string): PromqlRewriteError {
  const name = selector.name ?? '';
  return new PromqlRewriteError(
    `recorded metric "${name}" cannot be inlined with offset or @: ${reason}`,
    selector.span,
  );
}
