import type { Aggregation, Call, Expr, Subquery, Unary, VectorSelector } from './ast.ts';
import { matchersOf } from './ast.ts';
import { checkBinary } from './check-binary.ts';
import { compileMatcher } from './matching.ts';
import { parse } from './parse.ts';
import { AGGREGATIONS, FUNCTIONS, type ValueType } from './signatures.ts';
import { quoted } from './syntax/quoting.ts';
import type { PromqlError } from './syntax/syntax-error.ts';

export type CheckResult =
  | { readonly ok: true; readonly expr: Expr; readonly type: ValueType }
  | { readonly ok: false; readonly errors: readonly PromqlError[] };

/**
 * Parses a text and checks its types, as Prometheus does before it evaluates, in its words. All type errors
 * are given; the first one is the one that Prometheus tells.
 */
export function check(text: string): CheckResult {
  const parsed = parse(text);
  if (!parsed.ok) return parsed;
  const checker = new Checker(text);
  const type = checker.check(parsed.expr);
  return checker.errors.length > 0
    ? { ok: false, errors: checker.errors }
    : { ok: true, expr: parsed.expr, type };
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

/** The functions that know what to do at the edges of a range. */
const EDGE_FUNCTIONS = {
  anchored: ['changes', 'delta', 'increase', 'rate', 'resets'],
  smoothed: ['delta', 'increase', 'rate'],
} as const;

class Checker {
  readonly errors: PromqlError[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The type of an expression, all its parts checked, in the order in which Prometheus does. */
  check(expr: Expr): ValueType {
    switch (expr.kind) {
      case 'number':
        return 'scalar';
      case 'string':
        return 'string';
      case 'paren':
        return this.check(expr.expr);
      case 'vector':
        return this.#selector(expr, false);
      case 'matrix':
        this.#selector(expr.selector, false);
        return 'matrix';
      case 'subquery':
        return this.#subquery(expr);
      case 'unary':
        return this.#unary(expr);
      case 'binary': {
        const types = { left: this.check(expr.left), right: this.check(expr.right) };
        this.errors.push(...checkBinary(expr, types, this.#text));
        return types.left === 'scalar' && types.right === 'scalar' ? 'scalar' : 'vector';
      }
      case 'aggregation':
        return this.#aggregation(expr);
      case 'call':
        return this.#call(expr);
    }
  }

  #fail(expr: Expr, message: string): void {
    this.errors.push({ message, from: expr.span.from, to: expr.span.to });
  }

  #expect(expr: Expr, wanted: ValueType, place: string): void {
    const got = this.check(expr);
    if (got !== wanted) this.#fail(expr, `expected type ${SPOKEN[wanted]} in ${place}, got ${SPOKEN[got]}`);
  }

  #selector(selector: VectorSelector, mayMatchAll: boolean): ValueType {
    const { name } = selector;
    if (name !== undefined && name !== '') {
      const second = selector.matchers.find((matcher) => matcher.name === '__name__')?.value;
      if (second !== undefined)
        this.#fail(selector, `metric name must not be set twice: ${quoted(name)} or ${quoted(second)}`);
    } else if (!mayMatchAll && matchersOf(selector).every((matcher) => compileMatcher(matcher)('')))
      this.#fail(selector, 'vector selector must contain at least one non-empty matcher');
    return 'vector';
  }

  #subquery(expr: Subquery): ValueType {
    const got = this.check(expr.expr);
    if (got !== 'vector') this.#fail(expr, `subquery is only allowed on instant vector, got ${got} instead`);
    return 'matrix';
  }

  #unary(expr: Unary): ValueType {
    const got = this.check(expr.expr);
    if (got !== 'scalar' && got !== 'vector')
      this.#fail(
        expr,
        `unary expression only allowed on expressions of type scalar or instant vector, got ${quoted(SPOKEN[got])}`,
      );
    return got;
  }

  #aggregation(expr: Aggregation): ValueType {
    this.#expect(expr.expr, 'vector', 'aggregation expression');
    const wanted = AGGREGATIONS.get(expr.op);
    if (wanted !== undefined && expr.parameter !== undefined)
      this.#expect(expr.parameter, wanted, 'aggregation parameter');
    return 'vector';
  }

  #call(call: Call): ValueType {
    const signature = FUNCTIONS.get(call.name);
    const name = quoted(call.name);
    if (signature === undefined) {
      this.#fail(call, `unknown function with name ${name}`);
      return 'vector';
    }
    const { args, least, most, returns } = signature;
    const count = call.args.length;
    if (count < least || count > most) {
      const bound = least === most ? `${most}` : count < least ? `at least ${least}` : `at most ${most}`;
      this.#fail(call, `expected ${bound} argument(s) in call to ${name}, got ${count}`);
    }
    const isInfo = call.name === 'info';
    const [, labels] = call.args;
    if (isInfo && labels !== undefined) this.#labelsOnly(call, labels);
    for (const [index, argument] of call.args.entries()) {
      const wanted = args[index] ?? (least === most ? undefined : args.at(-1));
      if (wanted === undefined) break;
      if (isInfo && index === 1 && argument.kind === 'vector') this.#selector(argument, true);
      else this.#expect(argument, wanted, `call to function ${name}`);
      this.#edges(call, argument);
    }
    return returns;
  }

  /** The second argument of `info` says which labels to add. */
  #labelsOnly(call: Call, labels: Expr): void {
    const got = typeOf(labels);
    if (got !== 'vector')
      this.#fail(call, `expected type instant vector in call to function "info", got ${SPOKEN[got]}`);
    if (labels.kind !== 'vector') this.#fail(labels, 'expected label selectors only');
    else if (labels.name !== undefined && this.#text.charAt(labels.span.from) !== '{')
      this.#fail(labels, 'expected label selectors only, got vector selector instead');
  }

  #edges(call: Call, argument: Expr): void {
    const edges = argument.kind === 'matrix' ? argument.selector.edges : undefined;
    if (edges === undefined) return;
    const allowed: readonly string[] = EDGE_FUNCTIONS[edges];
    if (!allowed.includes(call.name))
      this.#fail(
        argument,
        `${edges} modifier can only be used with: ${allowed.join(', ')} - not with ${call.name}`,
      );
  }
}
