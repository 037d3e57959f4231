import type { Span } from './ast.ts';

/** A rewriting that has no meaning; `span` is the selector it is about. */
export class PromqlRewriteError extends Error {
  readonly span: Span;

  constructor(message: string, span: Span) {
    super(message);
    this.name = 'PromqlRewriteError';
    this.span = span;
  }
}
