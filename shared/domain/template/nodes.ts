/** What a template is made of. `at` is a character offset, for errors. */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly pipeline: Pipeline;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
      readonly at: number;
    }
  | {
      readonly kind: 'template';
      readonly name: string;
      readonly pipeline: Pipeline | undefined;
      readonly at: number;
    }
  | { readonly kind: 'break' | 'continue'; readonly at: number };

/** Commands, each given the result of the one before as its last argument; the result may get a name. */
export interface Pipeline {
  readonly commands: readonly Command[];
  /** `$x :=` declares, `$x =` changes; `range` may have two. */
  readonly variables: readonly string[];
  readonly declares: boolean;
  readonly at: number;
}

/** A function or value, and its arguments. */
export interface Command {
  readonly operands: readonly Operand[];
  readonly at: number;
}

export type Operand = (
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number; readonly isFloat: boolean }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'nil' }
  | { readonly kind: 'function'; readonly name: string }
  /** `.`, `.a.b`, `$x.a`, `(...).a`: a start and fields of it. */
  | { readonly kind: 'dot'; readonly fields: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly fields: readonly string[] }
  | { readonly kind: 'pipeline'; readonly pipeline: Pipeline; readonly fields: readonly string[] }
) & { readonly at: number };

/** A template, and those that it defines by name. */
export interface Template {
  readonly body: readonly Node[];
  readonly defined: ReadonlyMap<string, readonly Node[]>;
}
