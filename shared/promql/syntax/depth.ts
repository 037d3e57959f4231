import { children, type Expr, type Span } from '../ast.ts';
import { PromqlSyntaxError } from './syntax-error.ts';

/**
 * The most levels of an expression; every bracket, sign and operator around a part is one, so a row of
 * operators is as deep as it is long. What walks an expression may recurse: the stack bears several times so many.
 */
export const MAXIMUM_DEPTH = 500;

/** The error for an expression nested deeper than allowed. */
export function tooDeep(span: Span): PromqlSyntaxError {
  return new PromqlSyntaxError(
    `expression is nested too deeply: at most ${MAXIMUM_DEPTH} levels are allowed, and each operator of a row is one`,
    span,
  );
}

/** Throws `PromqlSyntaxError` at a part that is deeper than allowed. */
export function checkDepth(expr: Expr): void {
  let level: readonly Expr[] = [expr];
  for (let depth = 1; level.length > 0; depth++) {
    const [first] = level;
    if (depth > MAXIMUM_DEPTH && first !== undefined) throw tooDeep(first.span);
    level = level.flatMap((part) => children(part));
  }
}
