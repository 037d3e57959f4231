import type { SyntaxNode } from '@lezer/common';
import type { AtModifier, Binary, Expr, Matcher, MatchOperator, VectorSelector } from './ast.ts';
import { numberOf, unquote } from './literals.ts';
import { PromqlSyntaxError } from './syntax-error.ts';

const sourceOf = (node: SyntaxNode, text: string): string => text.slice(node.from, node.to);

/** A label or metric name, quoted or not. */
export function quotedOrPlain(node: SyntaxNode, text: string): string {
  const source = sourceOf(node, text);
  return /^["'`]/.test(source) ? unquote(source, node.from) : source;
}

/** What stands in a selector: its name, before the braces or quoted inside, and its matchers. */
export function matchersAndName(node: SyntaxNode, text: string): Pick<VectorSelector, 'name' | 'matchers'> {
  const matchers: Matcher[] = [];
  const identifier = node.getChild('Identifier');
  let name = identifier === null ? undefined : sourceOf(identifier, text);
  for (
    let child = node.getChild('LabelMatchers')?.firstChild ?? null;
    child !== null;
    child = child.nextSibling
  ) {
    if (child.name === 'QuotedLabelName') {
      const quoted = quotedOrPlain(child, text);
      if (name !== undefined) {
        throw new PromqlSyntaxError(
          `metric name must not be set twice: ${JSON.stringify(name)} or ${JSON.stringify(quoted)}`,
          child,
        );
      }
      name = quoted;
    } else if (child.name !== 'LineComment') matchers.push(matcherOf(child, text));
  }
  const repeated = matchers.find((matcher) => matcher.name === '__name__');
  if (name !== undefined && repeated !== undefined) {
    throw new PromqlSyntaxError(
      `metric name must not be set twice: ${JSON.stringify(name)} or ${JSON.stringify(repeated.value)}`,
      node,
    );
  }
  return name === undefined ? { matchers } : { name, matchers };
}

function matcherOf(node: SyntaxNode, text: string): Matcher {
  const label = node.getChild('LabelName') ?? node.getChild('QuotedLabelName');
  const operator = node.getChild('MatchOp');
  const value = node.getChild('StringLiteral');
  if (label === null || operator === null || value === null)
    throw new PromqlSyntaxError('unexpected label matching', node);
  return {
    name: quotedOrPlain(label, text),
    op: sourceOf(operator, text) as MatchOperator,
    value: unquote(sourceOf(value, text), value.from),
  };
}

/** `fill(0)`, `fill_left(0)`, `fill_right(0)`. */
export function fillOf(node: SyntaxNode, text: string): Binary['fill'] {
  const valueIn = (clause: string): number | undefined => {
    const number = node.getChild(clause)?.getChild('NumberDurationLiteral') ?? null;
    return number === null ? undefined : signedNumberOf(number, text);
  };
  const both = valueIn('FillClause');
  const left = both ?? valueIn('FillLeftClause');
  const right = both ?? valueIn('FillRightClause');
  return { ...(left === undefined ? {} : { left }), ...(right === undefined ? {} : { right }) };
}

function signedNumberOf(node: SyntaxNode, text: string): number {
  const source = sourceOf(node, text);
  if (!/^[-+]/.test(source)) return numberOf(source, node.from);
  const digits = source.slice(1).trimStart();
  const value = numberOf(digits, node.to - digits.length);
  return source.startsWith('-') ? -value : value;
}

/**
 * The milliseconds of a duration expression. Arithmetic on constants is done here; `step()` and the
 * other functions depend on the query and are an error until the evaluator knows them.
 */
function durationOf(node: SyntaxNode, text: string): number {
  return Math.round(secondsOf(node, text) * 1_000);
}

function secondsOf(node: SyntaxNode, text: string): number {
  const parts: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (child.name !== 'LineComment') parts.push(child);
  const [first, second, third] = parts;
  if (first === undefined) return numberOf(sourceOf(node, text), node.from);
  if (first.name.startsWith('Duration') && !first.name.endsWith('Expr')) {
    throw new PromqlSyntaxError(`duration function ${sourceOf(first, text)} is not supported yet`, first);
  }
  if (first.name === 'NumberDurationLiteralInDurationContext')
    return numberOf(sourceOf(first, text), first.from);
  if (first.name === 'UnaryOp' && second !== undefined)
    return (sourceOf(first, text) === '-' ? -1 : 1) * secondsOf(second, text);
  if (second === undefined || third === undefined) return secondsOf(first, text);
  return arithmetic(sourceOf(second, text), secondsOf(first, text), secondsOf(third, text), node);
}

function arithmetic(op: string, left: number, right: number, node: SyntaxNode): number {
  if ((op === '/' || op === '%') && right === 0)
    throw new PromqlSyntaxError(op === '/' ? 'division by zero' : 'modulo by zero', node);
  if (op === '+') return left + right;
  if (op === '-') return left - right;
  if (op === '*') return left * right;
  if (op === '/') return left / right;
  return op === '%' ? left % right : left ** right;
}

/** What an `offset`, `@`, range, subquery or edge modifier does to the expression before it. */
export function postfixOf(node: SyntaxNode, text: string): (expr: Expr) => Expr {
  const durations = node.getChildren('DurationExpr').map((child) => () => positiveDuration(child, text));
  const [range, step] = durations;
  switch (node.name) {
    case 'OffsetExpr':
      return (expr) => withOffset(expr, offsetOf(node, text), node);
    case 'StepInvariantExpr':
      return (expr) => withAt(expr, atOf(node, text), node);
    case 'MatrixSelector':
      return (expr) => ranged(expr, range?.() ?? 0, node);
    case 'SubqueryExpr':
      return (expr) => ({
        kind: 'subquery',
        expr,
        rangeMs: range?.() ?? 0,
        ...(step === undefined ? {} : { stepMs: step() }),
        span: { from: expr.span.from, to: node.to },
      });
    default:
      return (expr) => withEdges(expr, node.name === 'AnchoredExpr' ? 'anchored' : 'smoothed', node);
  }
}

function positiveDuration(node: SyntaxNode, text: string): number {
  const ms = durationOf(node, text);
  if (!(ms > 0)) throw new PromqlSyntaxError('duration must be greater than 0', node);
  if (!Number.isSafeInteger(ms)) throw new PromqlSyntaxError('duration out of range', node);
  return ms;
}

function offsetOf(node: SyntaxNode, text: string): number {
  const expr = node.getChild('OffsetDurationExpr');
  const ms = expr === null ? Number.NaN : durationOf(expr, text);
  if (!Number.isSafeInteger(ms)) throw new PromqlSyntaxError('duration out of range', node);
  return ms;
}

function atOf(node: SyntaxNode, text: string): AtModifier {
  const preprocessor = node.getChild('AtModifierPreprocessors');
  if (preprocessor !== null) return preprocessor.getChild('AtStart') === null ? 'end' : 'start';
  const number = node.getChildren('NumberDurationLiteral').at(-1);
  const ms = number === undefined ? Number.NaN : Math.round(signedNumberOf(number, text) * 1_000);
  if (!Number.isSafeInteger(ms)) throw new PromqlSyntaxError('timestamp out of bounds for @ modifier', node);
  return { ms };
}

function withOffset(expr: Expr, offsetMs: number, node: SyntaxNode): Expr {
  const target = shiftable(expr, 'offset', node);
  if (target.offsetMs !== undefined)
    throw new PromqlSyntaxError('offset may not be set multiple times', node);
  return rebased(expr, { ...target, offsetMs }, node);
}

function withAt(expr: Expr, at: AtModifier, node: SyntaxNode): Expr {
  const target = shiftable(expr, '@', node);
  if (target.at !== undefined)
    throw new PromqlSyntaxError('@ <timestamp> may not be set multiple times', node);
  return rebased(expr, { ...target, at }, node);
}

type Shiftable = Extract<Expr, { kind: 'vector' | 'subquery' }>;

function shiftable(expr: Expr, modifier: string, node: SyntaxNode): Shiftable {
  if (expr.kind === 'matrix') return expr.selector;
  if (expr.kind === 'vector' || expr.kind === 'subquery') return expr;
  const allowed = 'an instant vector selector or range vector selector or a subquery';
  throw new PromqlSyntaxError(`${modifier} modifier must be preceded by ${allowed}`, {
    from: expr.span.from,
    to: node.to,
  });
}

function rebased(expr: Expr, target: Shiftable, node: SyntaxNode): Expr {
  const span = { from: expr.span.from, to: node.to };
  if (expr.kind === 'matrix' && target.kind === 'vector') return { ...expr, selector: target, span };
  return { ...target, span };
}

function ranged(expr: Expr, rangeMs: number, node: SyntaxNode): Expr {
  const span = { from: expr.span.from, to: node.to };
  if (expr.kind !== 'vector') throw new PromqlSyntaxError('ranges only allowed for vector selectors', span);
  if (expr.offsetMs !== undefined)
    throw new PromqlSyntaxError('no offset modifiers allowed before range', span);
  if (expr.at !== undefined) throw new PromqlSyntaxError('no @ modifiers allowed before range', span);
  return { kind: 'matrix', selector: expr, rangeMs, span };
}

function withEdges(expr: Expr, edges: 'anchored' | 'smoothed', node: SyntaxNode): Expr {
  const span = { from: expr.span.from, to: node.to };
  if (expr.kind === 'vector') return { ...expr, edges, span };
  if (expr.kind === 'matrix') return { ...expr, selector: { ...expr.selector, edges }, span };
  throw new PromqlSyntaxError(
    `${edges} modifier must be preceded by an instant or range vector selector`,
    span,
  );
}
