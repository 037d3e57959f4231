import type { NotedSeries } from '../../shared/promql/series-notation.ts';

/** What must be said, or must not: exactly this text, something that a pattern finds, or anything. */
export type ExpectedText = { readonly text: string } | { readonly pattern: RegExp } | 'any';

/** What the lines under an `eval` expect. */
export interface Expectation {
  /** The query must fail, and say this. */
  readonly failure?: ExpectedText;
  /** Annotations of a level: each must be there, and no other; `none`: there must be none. Undefined: whatever. */
  readonly warnings?: readonly ExpectedText[] | 'none';
  readonly infos?: readonly ExpectedText[] | 'none';
  readonly isOrdered: boolean;
  readonly result: ExpectedResult;
}

export type ExpectedResult =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  /** The values of a series stand at start, start + step, ... */
  | { readonly kind: 'series'; readonly series: readonly NotedSeries[] };

export function isMet(expected: ExpectedText, found: string): boolean {
  if (expected === 'any') return true;
  return 'text' in expected ? expected.text === found : expected.pattern.test(found);
}

export function showExpected(expected: ExpectedText): string {
  if (expected === 'any') return 'any message';
  return 'text' in expected ? JSON.stringify(expected.text) : String(expected.pattern);
}
