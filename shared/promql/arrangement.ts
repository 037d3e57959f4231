import type { Binary, BinaryOperator, Expr, Span } from './ast.ts';
import { MAXIMUM_DEPTH, tooDeep } from './source-scan.ts';
import { PromqlSyntaxError } from './syntax-error.ts';

/** One part of an expression as written from left to right, not yet grouped. */
export type Piece = Span &
  (
    | { readonly kind: 'atom'; readonly expr: Expr }
    | { readonly kind: 'sign'; readonly op: '+' | '-' }
    | { readonly kind: 'postfix'; readonly apply: (expr: Expr) => Expr }
    | ({ readonly kind: 'operator'; readonly op: BinaryOperator } & Pick<
        Binary,
        'bool' | 'matching' | 'fill'
      >)
  );

/** How strongly each operator binds; `^` alone groups from the right. A sign binds as `*` does. */
const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '</': 3,
  '>/': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};

/** How strongly the outside of an expression binds: an operator by its own, a sign like `^`'s operand, all else tightest. */
export function precedenceOf(expr: Expr): number {
  if (expr.kind === 'binary') return PRECEDENCE[expr.op];
  return expr.kind === 'unary' || (expr.kind === 'number' && (expr.value < 0 || Object.is(expr.value, -0)))
    ? PRECEDENCE['*']
    : 7;
}

/** Groups a row of pieces by Prometheus' precedence. Throws `PromqlSyntaxError`. */
export function arrange(pieces: readonly Piece[]): Expr {
  return new Row(pieces).expression(0, 0);
}

class Row {
  readonly #pieces: readonly Piece[];
  #index = 0;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  expression(minimum: number, depth: number): Expr {
    let left = this.#operand(depth);
    for (let next = this.#pieces[this.#index]; next?.kind === 'operator'; next = this.#pieces[this.#index]) {
      const strength = PRECEDENCE[next.op];
      if (strength < minimum) return left;
      this.#index++;
      const right = this.expression(next.op === '^' ? strength : strength + 1, depth + 1);
      const { bool, matching, fill, op } = next;
      const span = { from: left.span.from, to: right.span.to };
      left = {
        kind: 'binary',
        op,
        bool,
        left,
        right,
        ...(matching && { matching }),
        ...(fill && { fill }),
        span,
      };
    }
    return left;
  }

  #operand(depth: number): Expr {
    const piece = this.#pieces[this.#index++];
    if (piece === undefined) throw new PromqlSyntaxError('unexpected end of input', { from: 0, to: 0 });
    if (depth > MAXIMUM_DEPTH) throw tooDeep({ from: piece.from, to: piece.to });
    if (piece.kind === 'sign') return signed(piece, this.expression(PRECEDENCE['^'], depth + 1));
    if (piece.kind !== 'atom')
      throw new PromqlSyntaxError('unexpected operator', { from: piece.from, to: piece.to });
    let { expr } = piece;
    for (let next = this.#pieces[this.#index]; next?.kind === 'postfix'; next = this.#pieces[this.#index]) {
      expr = next.apply(expr);
      this.#index++;
    }
    return expr;
  }
}

/** As Prometheus does, a sign before a number becomes part of it. */
function signed(sign: Span & { readonly op: '+' | '-' }, expr: Expr): Expr {
  const span = { from: sign.from, to: expr.span.to };
  if (expr.kind === 'number')
    return { kind: 'number', value: sign.op === '-' ? -expr.value : expr.value, span };
  return { kind: 'unary', op: sign.op, expr, span };
}
