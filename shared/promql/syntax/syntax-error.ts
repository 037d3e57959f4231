import { positionText } from '../annotations.ts';
import type { Span } from '../ast.ts';

/** What is wrong with a text, and where: character offsets, `to` not included. */
export interface PromqlError extends Span {
  readonly message: string;
}

/** Thrown inside the parser and caught at its door; never leaves `parse`. */
export class PromqlSyntaxError extends Error {
  readonly span: Span;

  constructor(message: string, span: Span) {
    super(message);
    this.name = 'PromqlSyntaxError';
    // A token or a part of an expression may be handed in; only its offsets are kept.
    this.span = { from: span.from, to: span.to };
  }
}

/** An error as Prometheus tells it: `1:5: parse error: unexpected identifier "foo" in aggregation`. */
export function errorText(error: PromqlError, text: string): string {
  return `${positionText(text, error.from)}: parse error: ${error.message}`;
}
