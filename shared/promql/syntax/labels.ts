import type { Aggregation, Binary, VectorMatching } from '../ast.ts';
import { numberOf } from './number-value.ts';
import { quoted } from './quoting.ts';
import { stringValue } from './string-value.ts';
import { PromqlSyntaxError } from './syntax-error.ts';
import { isLabelName, mayBeginOperand, type Token } from './token.ts';
import type { TokenStream } from './token-stream.ts';

interface Labels {
  readonly labels: readonly string[];
  /** The parenthesis behind them. */
  readonly end: Token;
}

/** Reads `(a, "b.c", by)`. */
function readLabels(stream: TokenStream): Labels {
  if (!stream.isNext('(')) throw stream.unexpected('grouping opts', '"("');
  stream.take();
  const labels: string[] = [];
  while (!stream.isNext(')')) {
    labels.push(readLabel(stream));
    if (stream.isNext(')')) break;
    if (!stream.isNext(',')) throw stream.unexpected('grouping opts', '"," or ")"');
    stream.take();
  }
  return { labels, end: stream.take() };
}

function readLabel(stream: TokenStream): string {
  const token = stream.peek();
  if (token.kind !== 'string' && !isLabelName(token)) throw stream.unexpected('grouping opts', 'label');
  stream.take();
  const name = token.kind === 'string' ? stringValue(token.text) : token.text;
  if (name === '' || !name.isWellFormed())
    throw new PromqlSyntaxError(`invalid label name for grouping: ${quoted(name)}`, token);
  return name;
}

/** Reads `by (...)` or `without (...)` if it is there. */
export function readGrouping(
  stream: TokenStream,
): { readonly grouping: NonNullable<Aggregation['grouping']>; readonly end: Token } | undefined {
  if (!stream.isNext('by') && !stream.isNext('without')) return undefined;
  const mode = stream.take().word === 'by' ? 'by' : 'without';
  const { labels, end } = readLabels(stream);
  return { grouping: { mode, labels }, end };
}

type BinaryModifiers = Pick<Binary, 'bool' | 'matching' | 'fill'>;

/** Reads what may stand behind a binary operator: `bool`, `on (...) group_left (...)`, `fill (0)`. */
export function readBinaryModifiers(stream: TokenStream): BinaryModifiers {
  const bool = stream.accept('bool') !== undefined;
  const matching = readMatching(stream);
  const fill = readFill(stream);
  return { bool, ...(matching === undefined ? {} : { matching }), ...(fill === undefined ? {} : { fill }) };
}

function readMatching(stream: TokenStream): VectorMatching | undefined {
  if (!stream.isNext('on') && !stream.isNext('ignoring')) return undefined;
  const mode = stream.take().word === 'on' ? 'on' : 'ignoring';
  const { labels } = readLabels(stream);
  if (!stream.isNext('group_left') && !stream.isNext('group_right')) return { mode, labels };
  const side = stream.take().word === 'group_left' ? 'left' : 'right';
  // Without a list an operand follows; anything else is taken for a list that went wrong.
  const isListed = stream.isNext('(') || !mayBeginOperand(stream.peek());
  return { mode, labels, group: { side, labels: isListed ? readLabels(stream).labels : [] } };
}

function readFill(stream: TokenStream): Binary['fill'] {
  if (stream.accept('fill') !== undefined) {
    const value = readFillValue(stream);
    return { left: value, right: value };
  }
  const fill: { left?: number; right?: number } = {};
  for (const _ of ['left', 'right']) {
    if (fill.left === undefined && stream.accept('fill_left') !== undefined)
      fill.left = readFillValue(stream);
    else if (fill.right === undefined && stream.accept('fill_right') !== undefined)
      fill.right = readFillValue(stream);
  }
  return fill.left === undefined && fill.right === undefined ? undefined : fill;
}

function readFillValue(stream: TokenStream): number {
  stream.expect('(');
  const { value } = readSignedNumber(stream);
  stream.expect(')');
  return value;
}

/** Reads a number or a duration in seconds, with a sign or without, and tells where it ends. */
export function readSignedNumber(stream: TokenStream): { readonly value: number; readonly to: number } {
  const sign = stream.accept('-') ?? stream.accept('+');
  const token = stream.peek();
  if (token.kind !== 'number' && token.kind !== 'duration') throw stream.unexpected();
  stream.take();
  const value = numberOf(token.text, token.from);
  return { value: sign?.word === '-' ? -value : value, to: token.to };
}
