import type { Span } from '../ast.ts';

/** An expression that cannot be evaluated, with the place in its text that is the reason. */
export class PromqlEvaluationError extends Error {
  override readonly name = 'PromqlEvaluationError';
  readonly span: Span;

  constructor(message: string, span: Span) {
    super(message);
    this.span = { from: span.from, to: span.to };
  }
}
