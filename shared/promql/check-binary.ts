import type { Binary, VectorMatching } from './ast.ts';
import type { ValueType } from './signatures.ts';
import { quoted } from './syntax/quoting.ts';
import type { PromqlError } from './syntax/syntax-error.ts';

const COMPARISONS = new Set(['==', '!=', '<', '>', '<=', '>=']);
const SETS = new Set(['and', 'or', 'unless']);

interface SideTypes {
  readonly left: ValueType;
  readonly right: ValueType;
}

/** What is wrong with an operator between sides of these types, in the words and the order of Prometheus. */
export function checkBinary(expr: Binary, types: SideTypes, text: string): PromqlError[] {
  return [...operatorErrors(expr, types, text), ...sideErrors(expr, types), ...matchingErrors(expr, types)];
}

function operatorErrors(expr: Binary, { left, right }: SideTypes, text: string): PromqlError[] {
  const messages: string[] = [];
  const isComparison = COMPARISONS.has(expr.op);
  if (expr.bool && !isComparison) messages.push('bool modifier can only be used on comparison operators');
  if (isComparison && !expr.bool && left === 'scalar' && right === 'scalar')
    messages.push('comparisons between scalars must use BOOL modifier');
  const twice = sharedLabel(expr.matching);
  if (twice !== undefined)
    messages.push(`label ${quoted(twice)} must not occur in ON and GROUP clause at once`);
  // At the operator: behind the left side and the blanks.
  const blanks = /^[ \t\n\r]*/.exec(text.slice(expr.left.span.to, expr.right.span.from))?.[0].length ?? 0;
  return messages.map((message) => ({
    message,
    from: expr.left.span.to + blanks,
    to: expr.right.span.from,
  }));
}

function sharedLabel(matching: VectorMatching | undefined): string | undefined {
  if (matching?.mode !== 'on' || matching.group === undefined) return undefined;
  const included = new Set(matching.group.labels);
  return matching.labels.find((label) => included.has(label));
}

function sideErrors({ left, right }: Binary, types: SideTypes): PromqlError[] {
  const message = 'binary expression must contain only scalar and instant vector types';
  const isWrong = (type: ValueType): boolean => type !== 'scalar' && type !== 'vector';
  return [
    ...(isWrong(types.left) ? [{ message, ...left.span }] : []),
    ...(isWrong(types.right) ? [{ message, ...right.span }] : []),
  ];
}

function matchingErrors(expr: Binary, { left, right }: SideTypes): PromqlError[] {
  const { matching, fill, op } = expr;
  const messages: string[] = [];
  const isSet = SETS.has(op);
  if (left !== 'vector' || right !== 'vector') {
    if (matching !== undefined && matching.labels.length > 0)
      messages.push('vector matching only allowed between instant vectors');
    if (fill !== undefined) messages.push('filling in missing series only allowed between instant vectors');
  } else if (isSet) {
    if (matching?.group !== undefined) messages.push(`no grouping allowed for ${quoted(op)} operation`);
    if (fill !== undefined) messages.push('filling in missing series not allowed for set operators');
  }
  if (isSet && (left === 'scalar' || right === 'scalar'))
    messages.push(`set operator ${quoted(op)} not allowed in binary scalar expression`);
  return messages.map((message) => ({ message, ...expr.span }));
}
