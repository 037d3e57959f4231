import type { Aggregation, Binary, Expr, Matcher, TimeShift, VectorSelector } from './ast.ts';
import { precedenceOf } from './arrangement.ts';
import { formatDuration } from './literals.ts';

/**
 * The expression as PromQL text that parses to the same expression. Names that are not plain are quoted
 * (`{"my.metric"}`). Parentheses are kept as written; where a changed expression needs more, they are added.
 */
export function print(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return printNumber(expr.value);
    case 'string':
      return quote(expr.value);
    case 'vector':
      return printSelector(expr) + printEdges(expr) + printShift(expr);
    case 'matrix':
      return `${printSelector(expr.selector)}[${formatDuration(expr.rangeMs)}]${printEdges(expr.selector)}${printShift(expr.selector)}`;
    case 'subquery': {
      const step = expr.stepMs === undefined ? '' : formatDuration(expr.stepMs);
      return `${operand(expr.expr, TIGHT)}[${formatDuration(expr.rangeMs)}:${step}]${printShift(expr)}`;
    }
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

const POWER = 6;
const TIGHT = 7;

/** A part that must bind at least so strongly to stand without parentheses. */
function operand(expr: Expr, minimum: number): string {
  const text = print(expr);
  return precedenceOf(expr) < minimum ? `(${text})` : text;
}

function printNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A double-quoted literal; only what must be escaped is. */
function quote(text: string): string {
  const escaped = text.replaceAll(/["\\\p{Cc}]/gu, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    if (character === '\n') return '\\n';
    return character === '\t' ? '\\t' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

/** Words that mean something else where a metric's name may stand. */
const RESERVED = new Set(['inf', 'nan', 'bool', 'ignoring', 'on', 'group_left', 'group_right', 'offset']);
/** Words that mean something else behind an operator, where a name would be read as part of it. */
const MODIFIER_WORDS = new Set(['fill', 'fill_left', 'fill_right']);

function printSelector({ name, matchers }: VectorSelector): string {
  const inBraces = matchers.map((matcher) => printMatcher(matcher));
  const isPlain =
    name !== undefined &&
    /^[a-zA-Z_:][\w:]*$/.test(name) &&
    !RESERVED.has(name.toLowerCase()) &&
    !MODIFIER_WORDS.has(name.toLowerCase());
  if (name !== undefined && !isPlain) inBraces.unshift(quote(name));
  const braces = inBraces.length > 0 || name === undefined ? `{${inBraces.join(',')}}` : '';
  return `${isPlain ? name : ''}${braces}`;
}

function printMatcher({ name, op, value }: Matcher): string {
  return `${labelName(name)}${op}${quote(value)}`;
}

function labelName(name: string): string {
  return /^[a-zA-Z_]\w*$/.test(name) ? name : quote(name);
}

const labelList = (labels: readonly string[]): string =>
  `(${labels.map((label) => labelName(label)).join(', ')})`;

const printEdges = ({ edges }: VectorSelector): string => (edges === undefined ? '' : ` ${edges}`);

function printShift({ at, offsetMs }: TimeShift): string {
  const time =
    at === undefined ? '' : typeof at === 'string' ? ` @ ${at}()` : ` @ ${(at.ms / 1_000).toFixed(3)}`;
  return time + (offsetMs === undefined ? '' : ` offset ${formatDuration(offsetMs)}`);
}

function printBinary(expr: Binary): string {
  const strength = precedenceOf(expr);
  // `^` groups from the right, all others from the left.
  const [left, right] = expr.op === '^' ? [strength + 1, strength] : [strength, strength + 1];
  const { matching, fill } = expr;
  let operator = expr.bool ? `${expr.op} bool` : expr.op;
  if (matching !== undefined) operator += ` ${matching.mode} ${labelList(matching.labels)}`;
  if (matching?.group !== undefined)
    operator += ` group_${matching.group.side} ${labelList(matching.group.labels)}`;
  if (fill?.left !== undefined) operator += ` fill_left (${printNumber(fill.left)})`;
  if (fill?.right !== undefined) operator += ` fill_right (${printNumber(fill.right)})`;
  return `${operand(expr.left, left)} ${operator} ${signedOperand(expr.right, right)}`;
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
