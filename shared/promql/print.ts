import type { Aggregation, Binary, Expr, Matcher, Subquery, TimeShift, VectorSelector } from './ast.ts';
import { printDuration, printOffset } from './print-duration.ts';
import { POWER, PRECEDENCE } from './syntax/precedence.ts';
import { quoted } from './syntax/quoting.ts';
import { RESERVED_WORDS } from './syntax/token.ts';

/**
 * The expression as PromQL text that parses to the same expression. Names that are not plain are quoted
 * (`{"my.metric"}`). Parentheses are kept as written; where a changed expression needs more, they are added.
 */
export function print(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return printNumber(expr.value);
    case 'string':
      return quoted(expr.value);
    case 'vector':
      return printSelector(expr) + printEdges(expr) + printShift(expr);
    case 'matrix':
      return `${printSelector(expr.selector)}[${printDuration(expr.rangeMs, expr.rangeExpr)}]${printEdges(expr.selector)}${printShift(expr.selector)}`;
    case 'subquery':
      return printSubquery(expr);
    case 'unary':
      return `${expr.op}${signedOperand(expr.expr, POWER)}`;
    case 'binary':
      return printBinary(expr);
    case 'aggregation':
      return printAggregation(expr);
    case 'call':
      return `${expr.name}(${expr.args.map((argument) => print(argument)).join(', ')})`;
    case 'paren':
      return `(${print(expr.expr)})`;
  }
}

const TIGHT = POWER + 1;

/** How strongly the outside of an expression binds: an operator by its own, a sign as `*`, all else tightest. */
function strengthOf(expr: Expr): number {
  if (expr.kind === 'binary') return PRECEDENCE[expr.op];
  const isSigned = expr.kind === 'unary' || (expr.kind === 'number' && /^[-+]/.test(printNumber(expr.value)));
  return isSigned ? PRECEDENCE['*'] : TIGHT;
}

/** A part that must bind at least so strongly to stand without parentheses. */
function operand(expr: Expr, minimum: number): string {
  const text = print(expr);
  if (strengthOf(expr) >= minimum) return text;
  return text === '+Inf' ? 'Inf' : `(${text})`;
}

function printNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

function printSelector({ name, matchers }: VectorSelector): string {
  const inBraces = matchers.map((matcher) => printMatcher(matcher));
  const isPlain =
    name !== undefined && /^[a-zA-Z_:][\w:]*$/.test(name) && !RESERVED_WORDS.has(name.toLowerCase());
  if (name !== undefined && !isPlain) inBraces.unshift(quoted(name));
  const braces = inBraces.length > 0 || name === undefined ? `{${inBraces.join(',')}}` : '';
  return `${isPlain ? name : ''}${braces}`;
}

function printMatcher({ name, op, value }: Matcher): string {
  return `${labelName(name)}${op}${quoted(value)}`;
}

function labelName(name: string): string {
  return /^[a-zA-Z_]\w*$/.test(name) ? name : quoted(name);
}

/** Words that no list of labels takes without quotes. */
const NO_LABELS = new Set(['without', 'inf', 'nan']);

const labelList = (labels: readonly string[]): string =>
  `(${labels.map((label) => (NO_LABELS.has(label.toLowerCase()) ? quoted(label) : labelName(label))).join(', ')})`;

const printEdges = ({ edges }: VectorSelector): string => (edges === undefined ? '' : ` ${edges}`);

function printSubquery(expr: Subquery): string {
  const range = printDuration(expr.rangeMs, expr.rangeExpr);
  const hasStep = expr.stepMs !== undefined || expr.stepExpr !== undefined;
  const step = hasStep ? printDuration(expr.stepMs ?? Number.NaN, expr.stepExpr) : '';
  return `${operand(expr.expr, TIGHT)}[${range}:${step}]${printShift(expr)}`;
}

function printShift({ at, offsetMs, offsetExpr }: TimeShift): string {
  const time =
    at === undefined ? '' : typeof at === 'string' ? ` @ ${at}()` : ` @ ${(at.ms / 1_000).toFixed(3)}`;
  if (offsetMs === undefined && offsetExpr === undefined) return time;
  return `${time} offset ${printOffset(offsetMs ?? Number.NaN, offsetExpr)}`;
}

function printBinary(expr: Binary): string {
  const strength = strengthOf(expr);
  // `^` groups from the right, all others from the left.
  const [left, right] = expr.op === '^' ? [strength + 1, strength] : [strength, strength + 1];
  return `${operand(expr.left, left)} ${printOperator(expr)} ${signedOperand(expr.right, right)}`;
}

function printOperator(expr: Binary): string {
  const { matching, fill } = expr;
  let operator = expr.bool ? `${expr.op} bool` : expr.op;
  if (matching !== undefined) operator += ` ${matching.mode} ${labelList(matching.labels)}`;
  if (matching?.group !== undefined)
    operator += ` group_${matching.group.side} ${labelList(matching.group.labels)}`;
  if (fill?.left !== undefined && Object.is(fill.left, fill.right))
    return `${operator} fill (${printNumber(fill.left)})`;
  if (fill?.left !== undefined) operator += ` fill_left (${printNumber(fill.left)})`;
  if (fill?.right !== undefined) operator += ` fill_right (${printNumber(fill.right)})`;
  return operator;
}

/** A sign after an operator or another sign needs no parentheses, though it binds as `*` does: nothing else can be meant. */
function signedOperand(expr: Expr, minimum: number): string {
  const isSigned = expr.kind === 'number' || expr.kind === 'unary';
  return isSigned ? print(expr) : operand(expr, minimum);
}

function printAggregation({ op, expr, parameter, grouping }: Aggregation): string {
  const groups = grouping === undefined ? '' : ` ${grouping.mode} ${labelList(grouping.labels)} `;
  return `${op}${groups}(${parameter === undefined ? '' : `${print(parameter)}, `}${print(expr)})`;
}
