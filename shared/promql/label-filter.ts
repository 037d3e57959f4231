import type { Aggregation, Binary, Call, Expr, Matcher, Span, StringLiteral } from './ast.ts';
import { typeOf } from './check.ts';
import { mapChildren } from './expression-map.ts';
import { compileMatcher } from './matching.ts';
import { SELECTING } from './signatures.ts';

/**
 * The part of an expression's result whose labels fit a matcher, as if the result had been recorded and was read
 * with it. The condition goes to the selectors where that gives the same, else around the whole. Exact for every
 * expression that gives a vector.
 *
 * @returns undefined if no result can fit
 */
export function keepMatching(expr: Expr, matcher: Matcher): Expr | undefined {
  if (expr.kind === 'paren') {
    const inner = keepMatching(expr.expr, matcher);
    return inner && { ...expr, expr: inner };
  }
  if (expr.kind === 'binary' && isUnion(expr)) return keepInUnion(expr, matcher);
  if (expr.kind === 'call' && writtenConstant(expr) !== undefined) return keepLabelled(expr, matcher);
  if (expr.kind === 'aggregation' && isGrouped(expr) && !givesLabel(expr, matcher.name))
    return compileMatcher(matcher)('') ? expr : undefined;
  return pushed(expr, matcher) ?? around(expr, matcher);
}

/** `or` between whole label sets: what fits of it is what fits of one side or of the other. */
function isUnion({ op, matching }: Binary): boolean {
  return op === 'or' && matching === undefined;
}

function keepInUnion(expr: Binary, matcher: Matcher): Expr | undefined {
  const left = keepMatching(expr.left, matcher);
  const right = keepMatching(expr.right, matcher);
  return left && right ? { ...expr, left, right } : (left ?? right);
}

/** What `label_replace(x, label, value, "", "")` writes onto every series; undefined for any other call. */
function writtenConstant({ name, args }: Call): { label: string; value: string } | undefined {
  const [label, value, source, pattern] = args
    .slice(1)
    .map((arg) => (arg.kind === 'string' ? arg.value : undefined));
  if (name !== 'label_replace' || label === undefined || value === undefined) return undefined;
  const isAnySeries = source === '' && pattern === '';
  // Of an empty match every reference but `$$` would be something else than it looks.
  const refersToMatch = value.replaceAll('$$', '').includes('$');
  return isAnySeries && !refersToMatch ? { label, value: value.replaceAll('$$', '$') } : undefined;
}

function keepLabelled(expr: Call, matcher: Matcher): Expr | undefined {
  const written = writtenConstant(expr);
  const [inner, ...rest] = expr.args;
  if (written === undefined || inner === undefined) return expr;
  if (written.label === matcher.name) return compileMatcher(matcher)(written.value) ? expr : undefined;
  const kept = keepMatching(inner, matcher);
  return kept && { ...expr, args: [kept, ...rest] };
}

/** An aggregation of which every result stands for the group of series that agree with it in their labels. */
function isGrouped({ op }: Aggregation): boolean {
  return op !== 'count_values' && !SELECTING.has(op);
}

function givesLabel({ grouping }: Aggregation, label: string): boolean {
  return (grouping?.labels ?? []).includes(label) === (grouping?.mode !== 'without');
}

/**
 * With the matcher on every selector that makes the result: possible where each result has the label from all
 * series that it is made of.
 *
 * @returns undefined where that would give something else
 */
function pushed(expr: Expr, matcher: Matcher): Expr | undefined {
  switch (expr.kind) {
    case 'vector':
      return { ...expr, matchers: [...expr.matchers, matcher] };
    case 'matrix':
      return { ...expr, selector: { ...expr.selector, matchers: [...expr.selector.matchers, matcher] } };
    case 'paren':
    case 'unary':
    case 'subquery':
      return pushedInto(expr, [expr.expr], matcher);
    case 'aggregation':
      return isGrouped(expr) && givesLabel(expr, matcher.name)
        ? pushedInto(expr, [expr.expr], matcher)
        : undefined;
    case 'binary':
      return pushedInto(expr, sidesWithLabel(expr, matcher.name), matcher);
    case 'call':
      return pushedInto(expr, seriesBySeries(expr, matcher.name), matcher);
    case 'number':
    case 'string':
      return undefined;
  }
}

/** With the matcher pushed into some of an expression's parts; undefined where there are none, or one cannot take it. */
function pushedInto(expr: Expr, parts: readonly Expr[], matcher: Matcher): Expr | undefined {
  const changed = new Map(parts.map((part) => [part, pushed(part, matcher)]));
  if (changed.size === 0 || [...changed.values()].includes(undefined)) return undefined;
  return mapChildren(expr, (child) => changed.get(child) ?? child);
}

/** The sides of which a result has the label; none where one side alone may have it, or has it by chance. */
function sidesWithLabel(expr: Binary, label: string): Expr[] {
  const { op, left, right, matching, fill } = expr;
  if (op === 'and' || op === 'unless') return [left];
  if (op === 'or') return isUnion(expr) ? [left, right] : [];
  const vectors = [left, right].filter((side) => typeOf(side) !== 'scalar');
  if (vectors.length < 2) return vectors;
  const isMatched = (matching?.labels ?? []).includes(label) === (matching?.mode === 'on');
  return isMatched && matching?.group === undefined && fill === undefined ? vectors : [];
}

/** Functions that make of no series one, or give a series labels that it did not have. */
const RELABELLING: ReadonlySet<string> = new Set(
  'absent absent_over_time histogram_quantiles info label_join label_replace vector'.split(' '),
);

/** The argument whose series become the results, one by one or bucket by bucket, if the function keeps the label. */
function seriesBySeries({ name, args }: Call, label: string): Expr[] {
  const isBucket = label === 'le' && name.startsWith('histogram_');
  if (RELABELLING.has(name) || isBucket) return [];
  return args.filter((arg) => ['vector', 'matrix'].includes(typeOf(arg)));
}

/** A label for the time of one expression. */
const MARK = 'homeostat_fits';

/**
 * The condition around an expression. Equality joins it with the one series that has the label's value; for a regular
 * expression, `label_replace`, whose pattern is anchored as a matcher's is, first marks the series that fit.
 */
function around(expr: Expr, { name, op, value }: Matcher): Expr {
  const { span } = expr;
  const verb = op === '=' || op === '=~' ? 'and' : 'unless';
  if (op === '=' || op === '!=')
    return joined(expr, verb, name, labelled(one(span), name, value.replaceAll('$', '$$$$')));
  const marked = labelled(expr, MARK, '1', name, value);
  const kept = joined(marked, verb, MARK, labelled(one(span), MARK, '1'));
  return verb === 'and' ? labelled(kept, MARK, '') : kept;
}

function joined(left: Expr, op: 'and' | 'unless', label: string, right: Expr): Expr {
  const { span } = left;
  const matching = { mode: 'on', labels: [label] } as const;
  return {
    kind: 'binary',
    op,
    bool: false,
    left: { kind: 'paren', expr: left, span },
    right,
    matching,
    span,
  };
}

function one(span: Span): Call {
  return { kind: 'call', name: 'vector', args: [{ kind: 'number', value: 1, span }], span };
}

/** `label_replace`; without a source it writes the value onto every series. */
export function labelled(expr: Expr, label: string, value: string, source = '', pattern = ''): Call {
  const { span } = expr;
  const text = (written: string): StringLiteral => ({ kind: 'string', value: written, span });
  return {
    kind: 'call',
    name: 'label_replace',
    args: [expr, text(label), text(value), text(source), text(pattern)],
    span,
  };
}
