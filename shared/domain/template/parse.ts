import { lexTemplate, type Part } from './lex.ts';
import type { Node, Pipeline, Template } from './nodes.ts';
import { ActionReader, type Keyword } from './read-action.ts';
import { TemplateError } from './template-error.ts';

/** The most blocks and parentheses in one another. */
const MOST_DEPTH = 100;

/**
 * Reads a template of Go's text/template, in which Prometheus' annotations are written.
 *
 * @throws TemplateError
 */
export function parseTemplate(text: string): Template {
  return new TemplateParser(lexTemplate(text)).parse();
}

class TemplateParser {
  readonly #parts: readonly Part[];
  readonly #defined = new Map<string, readonly Node[]>();
  #next = 0;
  #depth = 0;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  parse(): Template {
    const { nodes, stop } = this.#nodes();
    if (stop !== undefined) throw new TemplateError(`unexpected {{${stop.word}}}`, stop.at);
    return { body: nodes, defined: this.#defined };
  }

  /** Nodes up to the `end` or `else` of the block around them, or to the end of the text. */
  #nodes(): { nodes: Node[]; stop?: { word: 'end' | 'else'; at: number; reader: ActionReader } } {
    const nodes: Node[] = [];
    for (let part = this.#parts[this.#next]; part !== undefined; part = this.#parts[this.#next]) {
      this.#next++;
      if (part.kind === 'text') {
        nodes.push({ kind: 'text', text: part.text });
        continue;
      }
      const reader = new ActionReader(part.tokens, part.at);
      const word = reader.keyword();
      if (word === 'end' || word === 'else') return { nodes, stop: { word, at: part.at, reader } };
      const node = this.#action(word, reader, part.at);
      if (node !== undefined) nodes.push(node);
    }
    return { nodes };
  }

  #action(word: Keyword | undefined, reader: ActionReader, at: number): Node | undefined {
    switch (word) {
      case 'if':
      case 'with':
      case 'range':
        return this.#block(word, reader.pipeline(word === 'range' ? 2 : 1), at);
      case 'define':
        this.#define(reader.onlyString(), at);
        return undefined;
      case 'block': {
        const name = reader.string();
        const pipeline = reader.pipeline(1);
        this.#define(name, at);
        return { kind: 'template', name, pipeline, at };
      }
      case 'template': {
        const name = reader.string();
        return { kind: 'template', name, pipeline: reader.isAtEnd ? undefined : reader.pipeline(1), at };
      }
      case 'break':
      case 'continue':
        reader.end();
        return { kind: word, at };
      case undefined:
        return { kind: 'print', pipeline: reader.pipeline(1) };
      case 'else':
      case 'end':
        throw new TemplateError(`unexpected {{${word}}}`, at);
    }
  }

  #define(name: string, at: number): void {
    const { nodes, stop } = this.#inside(at);
    if (stop?.word !== 'end') throw new TemplateError('{{end}} is missing', at);
    this.#defined.set(name, nodes);
  }

  #inside(at: number) {
    if (++this.#depth > MOST_DEPTH)
      throw new TemplateError(`blocks are nested more than ${MOST_DEPTH} deep`, at);
    const found = this.#nodes();
    this.#depth--;
    return found;
  }

  #block(kind: 'if' | 'with' | 'range', pipeline: Pipeline, at: number): Node {
    const { nodes: body, stop } = this.#inside(at);
    if (stop === undefined) throw new TemplateError('{{end}} is missing', at);
    if (stop.word === 'end') {
      stop.reader.end();
      return { kind, pipeline, body, otherwise: [], at };
    }
    // `else if` and `else with` are a block in the other branch that shares its end.
    const again = stop.reader.keyword();
    if (again === 'if' || again === 'with')
      return { kind, pipeline, body, otherwise: [this.#block(again, stop.reader.pipeline(1), stop.at)], at };
    stop.reader.end();
    const other = this.#inside(at);
    if (other.stop?.word !== 'end') throw new TemplateError('{{end}} is missing', at);
    other.stop.reader.end();
    return { kind, pipeline, body, otherwise: other.nodes, at };
  }
}
