import type { Span } from './ast.ts';

/** Something that a reader of a result should know: a warning may make it wrong, an info only surprising. */
export interface Annotation {
  readonly level: 'warning' | 'info';
  /** Without the level and the position, which `annotationText` adds. */
  readonly message: string;
  readonly span: Span;
}

/** An annotation in Prometheus' wording: `PromQL warning: sort is ineffective ... (1:5)`. */
export function annotationText({ level, message, span }: Annotation, text: string): string {
  return `PromQL ${level}: ${message} (${positionText(text, span.from)})`;
}

/** Line and column of an offset, both from 1, as Prometheus writes them: `2:7`. */
export function positionText(text: string, offset: number): string {
  const before = text.slice(0, offset);
  return `${before.split('\n').length}:${offset - before.lastIndexOf('\n')}`;
}
