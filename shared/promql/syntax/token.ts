import type { Span } from '../ast.ts';
import { quoted } from './quoting.ts';

export type TokenKind =
  | ('end' | 'number' | 'duration' | 'string' | 'identifier' | 'metric identifier')
  | ('operator' | 'aggregator' | 'keyword' | 'preprocessor' | 'punctuation');

/** One word of an expression, and where it stands. */
export interface Token extends Span {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
  /** What the grammar calls it: a keyword in lower case, a sign as it is; empty for names and values. */
  readonly word: string;
}

const words = (text: string): readonly string[] => text.split(' ');

/** Words that are not names, in any case, by their kind. */
export const RESERVED_WORDS: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  ...words('and or unless atan2').map((word) => [word, 'operator'] as const),
  ...words(
    'sum avg count min max group stddev stdvar topk bottomk count_values quantile limitk limit_ratio',
  ).map((word) => [word, 'aggregator'] as const),
  ...words(
    'offset smoothed anchored by without on ignoring group_left group_right fill fill_left fill_right bool',
  ).map((word) => [word, 'keyword'] as const),
  ...words('start end step range min_of max_of').map((word) => [word, 'preprocessor'] as const),
  ...words('inf nan').map((word) => [word, 'number'] as const),
]);

const NO_METRIC = new Set(words('atan2 bool on ignoring group_left group_right'));

/** Whether a token may be the name of a metric; most reserved words may, where an expression begins. */
export function isMetricName({ kind, word }: Token): boolean {
  if (kind === 'identifier' || kind === 'metric identifier') return true;
  return isReserved(word) && kind !== 'number' && !NO_METRIC.has(word);
}

/** Whether a token may be the first one of an expression. */
export function mayBeginOperand(token: Token): boolean {
  if (token.kind === 'number' || token.kind === 'duration' || token.kind === 'string') return true;
  return isMetricName(token) || ['(', '{', '+', '-'].includes(token.word);
}

/** Whether a token may be a label in `by (...)` and its like. */
export function isLabelName({ kind, word }: Token): boolean {
  if (kind === 'identifier' || kind === 'metric identifier') return true;
  return isReserved(word) && kind !== 'number' && word !== 'without';
}

function isReserved(word: string): boolean {
  return RESERVED_WORDS.has(word);
}

/** The most characters of a value that a message shows, as in Prometheus. */
const SHOWN = 10;

/** A token as Prometheus' messages name it: `identifier "foo"`, `<offset>`, `<op:+>`, `"("`, `end of input`. */
export function describe({ kind, text }: Token): string {
  switch (kind) {
    case 'end':
      return 'end of input';
    case 'identifier':
    case 'metric identifier':
      return `${kind} ${quoted(text)}`;
    case 'number':
    case 'duration':
    case 'string':
      return `${kind} ${shortened(text)}`;
    case 'operator':
      return `<op:${text}>`;
    case 'aggregator':
      return `<aggr:${text}>`;
    case 'keyword':
      return `<${text}>`;
    case 'preprocessor':
    case 'punctuation':
      return quoted(text);
  }
}

function shortened(text: string): string {
  // Of a long text only the beginning is looked at.
  const characters = Array.from(text.slice(0, 2 * SHOWN + 2));
  return characters.length > SHOWN ? `${quoted(characters.slice(0, SHOWN).join(''))}...` : quoted(text);
}
