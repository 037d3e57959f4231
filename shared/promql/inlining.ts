import {
  children,
  matchersOf,
  type Expr,
  type Matcher,
  type MatrixSelector,
  type Paren,
  type Span,
  type VectorSelector,
} from './ast.ts';
import { mapChildren } from './expression-map.ts';
import { expectedLabels } from './expected-labels.ts';
import { keepMatching, labelled } from './label-filter.ts';
import { moved, shiftOf } from './moved-expression.ts';
import { PromqlRewriteError } from './rewrite-error.ts';
import { MAXIMUM_DEPTH } from './syntax/depth.ts';

/** The most recordings that may stand in one another. */
const MAXIMUM_LEVELS = 50;
/** The most parts an expression may grow to; recordings of recordings can double with each level. */
const MAXIMUM_PARTS = 10_000;

/**
 * Replaces every selector of a recorded metric by the recorded expression, in parentheses, for a place that
 * records nothing. In a range it becomes a subquery, `(expr)[range:]`; offset and `@` move to the selectors
 * inside; further matchers hold for the result. Recordings may read recordings. The same object comes back when
 * nothing was recorded.
 *
 * Throws `PromqlRewriteError` when nothing that is recorded can fit the matchers of a selector, when recordings read
 * each other in a circle, when an expression that reads the clock is moved in time, and when the result grows over
 * all bounds.
 */
export function inlineRecordings(expr: Expr, recordings: ReadonlyMap<string, Expr>): Expr {
  return new Inlining(recordings).inline(expr, { path: [], depth: 1 });
}

/** Where a part will stand: in which recordings, the outermost first, and on which level of the whole. */
interface Place {
  readonly path: readonly string[];
  readonly depth: number;
}

/** A recorded expression with everything put in, how many parts that are, and on how many levels. */
interface Resolved {
  readonly expr: Expr;
  readonly parts: number;
  readonly depth: number;
}

class Inlining {
  readonly #recordings: ReadonlyMap<string, Expr>;
  readonly #resolved = new Map<string, Resolved>();
  #parts = 0;

  constructor(recordings: ReadonlyMap<string, Expr>) {
    this.#recordings = recordings;
  }

  inline(expr: Expr, place: Place): Expr {
    if (expr.kind === 'vector') return this.#selector(expr, place);
    if (expr.kind === 'matrix') return this.#matrix(expr, place);
    const { path, depth } = place;
    const inlined = mapChildren(expr, (child) => this.inline(child, { path, depth: depth + 1 }));
    return inlined === expr ? expr : withExpectedLabels(inlined, expr);
  }

  #selector(selector: VectorSelector, place: Place): Expr {
    const recorded = this.#recorded(selector, place);
    if (recorded === undefined) return selector;
    return { ...recorded, expr: moved(recorded.expr, selector, selector) };
  }

  #matrix(matrix: MatrixSelector, { path, depth }: Place): Expr {
    const { selector, rangeMs, rangeExpr, span } = matrix;
    const recorded = this.#recorded(selector, { path, depth: depth + 1 });
    if (recorded === undefined) return matrix;
    const range = { rangeMs, ...(rangeExpr === undefined ? {} : { rangeExpr }) };
    return { kind: 'subquery', expr: recorded, ...range, ...shiftOf(selector), span };
  }

  /** The recorded expression of a selector, resolved; undefined when it is not of a recorded metric. */
  #recorded(selector: VectorSelector, { path, depth }: Place): Paren | undefined {
    const name = matchersOf(selector).find(
      (matcher) => matcher.name === '__name__' && matcher.op === '=',
    )?.value;
    if (name === undefined || !this.#recordings.has(name)) return undefined;
    const { span } = selector;
    if (selector.edges !== undefined)
      throw new PromqlRewriteError(
        `recorded metric "${name}" cannot be inlined with the modifier ${selector.edges}`,
        span,
      );
    // In its parentheses it stands one level deeper.
    const whole = this.#resolve(name, { path, depth: depth + 1 }, span);
    const { expr, parts, depth: levels } = fitting(whole, selector, name);
    if (depth + levels > MAXIMUM_DEPTH) throw tooDeep(name, span);
    this.#parts += parts;
    if (this.#parts > MAXIMUM_PARTS)
      throw new PromqlRewriteError(
        `recorded metric "${name}" cannot be inlined: the expression grows to more than ${MAXIMUM_PARTS} parts`,
        span,
      );
    return { kind: 'paren', expr, span };
  }

  #resolve(name: string, { path, depth }: Place, span: Span): Resolved {
    const known = this.#resolved.get(name);
    if (known !== undefined) return known;
    if (path.includes(name))
      throw new PromqlRewriteError(
        `recorded metrics read each other in a circle: ${[...path, name].join(' -> ')}`,
        span,
      );
    const recorded = this.#recordings.get(name);
    if (recorded === undefined) throw new PromqlRewriteError(`recorded metric "${name}" is not there`, span);
    if (path.length >= MAXIMUM_LEVELS)
      throw new PromqlRewriteError(
        `recorded metric "${name}" cannot be inlined: recordings read recordings over more than ${MAXIMUM_LEVELS} levels`,
        span,
      );
    if (depth > MAXIMUM_DEPTH) throw tooDeep(name, span);
    const expr = this.inline(recorded, { path: [...path, name], depth });
    const resolved = { expr, ...sizeOf(expr) };
    this.#resolved.set(name, resolved);
    return resolved;
  }
}

/** `absent` reads its labels off a selector, which is none any more. */
function withExpectedLabels(inlined: Expr, before: Expr): Expr {
  const [argument] = children(before);
  const isPresence =
    before.kind === 'call' && (before.name === 'absent' || before.name === 'absent_over_time');
  if (!isPresence || argument === undefined) return inlined;
  return Object.entries(expectedLabels(argument)).reduce<Expr>(
    (expr, [label, value]) => labelled(expr, label, value.replaceAll('$', '$$$$')),
    inlined,
  );
}

/** What of a recorded expression fits the further matchers of the selector that reads it. */
function fitting(whole: Resolved, selector: VectorSelector, name: string): Resolved {
  const further = matchersOf(selector).filter((matcher) => matcher.name !== '__name__');
  if (further.length === 0) return whole;
  const kept = further.reduce<Expr | undefined>(
    (expr, matcher) => expr && keepMatching(expr, matcher),
    whole.expr,
  );
  if (kept === undefined)
    throw new PromqlRewriteError(
      `recorded metric "${name}" has no series with ${further.map(written).join(', ')}: its rules give these labels other values`,
      selector.span,
    );
  return { expr: kept, ...sizeOf(kept) };
}

function written({ name, op, value }: Matcher): string {
  return `${name}${op}"${value}"`;
}

function tooDeep(name: string, span: Span): PromqlRewriteError {
  return new PromqlRewriteError(
    `recorded metric "${name}" cannot be inlined: the expression grows to more than ${MAXIMUM_DEPTH} levels`,
    span,
  );
}

function sizeOf(expr: Expr): { readonly parts: number; readonly depth: number } {
  const sizes = children(expr).map((child) => sizeOf(child));
  return {
    parts: sizes.reduce((sum, { parts }) => sum + parts, 1),
    depth: 1 + sizes.reduce((deepest, { depth }) => Math.max(deepest, depth), 0),
  };
}
