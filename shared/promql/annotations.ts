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

/** Line and column of an offset, both from 1, as Prometheus writes them: `2:7`. Columns are bytes of UTF-8. */
export function positionText(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const column = utf8Length(before.slice(before.lastIndexOf('\n') + 1)) + 1;
  return `${before.split('\n').length}:${column}`;
}

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x8_00 ? 2 : code < 0x1_00_00 ? 3 : 4;
  }
  return length;
}
