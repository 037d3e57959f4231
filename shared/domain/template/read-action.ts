import type { Token } from './lex.ts';
import type { Command, Operand, Pipeline } from './nodes.ts';
import { TemplateError } from './template-error.ts';

const KEYWORDS = [
  'if',
  'else',
  'end',
  'range',
  'with',
  'define',
  'block',
  'template',
  'break',
  'continue',
] as const;
/** Words that begin an action of their own. */
export type Keyword = (typeof KEYWORDS)[number];

const MOST_DEPTH = 100;

/** Reads the tokens of one action from left to right. */
export class ActionReader {
  readonly #tokens: readonly Token[];
  readonly #at: number;
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], at: number) {
    this.#tokens = tokens;
    this.#at = at;
  }

  get isAtEnd(): boolean {
    return this.#next >= this.#tokens.length;
  }

  /** The keyword that comes next, if one does. */
  keyword(): Keyword | undefined {
    const token = this.#tokens[this.#next];
    const keyword = token?.kind === 'word' ? KEYWORDS.find((word) => word === token.text) : undefined;
    if (keyword !== undefined) this.#next++;
    return keyword;
  }

  string(): string {
    const token = this.#tokens[this.#next++];
    if (token?.kind !== 'string') throw this.#unexpected(token, 'a name in quotes');
    return token.text;
  }

  onlyString(): string {
    const text = this.string();
    this.end();
    return text;
  }

  end(): void {
    if (!this.isAtEnd) throw this.#unexpected(this.#tokens[this.#next], '}}');
  }

  /** Everything that is left, as one pipeline. */
  pipeline(mostVariables: number): Pipeline {
    const pipeline = this.#pipeline(mostVariables);
    this.end();
    return pipeline;
  }

  #pipeline(mostVariables: number): Pipeline {
    const { variables, declares } = this.#variables(mostVariables);
    const commands = [this.#command()];
    while (this.#isOperator('|')) {
      this.#next++;
      commands.push(this.#command());
    }
    return { commands, variables, declares, at: this.#at };
  }

  #variables(most: number): { variables: string[]; declares: boolean } {
    const start = this.#next;
    const variables: string[] = [];
    while (this.#tokens[this.#next]?.kind === 'variable' && variables.length < most) {
      variables.push(this.#tokens[this.#next]?.text ?? '');
      this.#next++;
      if (this.#isOperator(',')) this.#next++;
      else break;
    }
    const declares = this.#isOperator(':=');
    if (variables.length > 0 && (declares || this.#isOperator('='))) {
      this.#next++;
      return { variables, declares };
    }
    this.#next = start;
    return { variables: [], declares: false };
  }

  #command(): Command {
    const operands: Operand[] = [];
    const at = this.#tokens[this.#next]?.at ?? this.#at;
    while (!this.isAtEnd && !this.#isOperator('|') && !this.#isOperator(')')) operands.push(this.#operand());
    if (operands.length === 0) throw this.#unexpected(this.#tokens[this.#next], 'a value or a function');
    return { operands, at };
  }

  #operand(): Operand {
    const token = this.#tokens[this.#next++];
    const at = token?.at ?? this.#at;
    switch (token?.kind) {
      case 'string':
        return { kind: 'string', value: token.text, at };
      case 'character':
        return { kind: 'number', value: token.text.codePointAt(0) ?? 0, isFloat: false, at };
      case 'number':
        return numberOf(token);
      case 'dot':
        return { kind: 'dot', fields: [], at };
      case 'field':
        return { kind: 'dot', fields: [token.text, ...this.#fields()], at };
      case 'variable':
        return { kind: 'variable', name: token.text, fields: this.#fields(), at };
      case 'word':
        return wordOf(token);
      case 'operator':
        if (token.text === '(') return this.#parenthesized(at);
        break;
      case undefined:
        break;
    }
    throw this.#unexpected(token, 'a value or a function');
  }

  #parenthesized(at: number): Operand {
    if (++this.#depth > MOST_DEPTH) throw new TemplateError('parentheses are nested too deep', at);
    const pipeline = this.#pipeline(1);
    this.#depth--;
    if (!this.#isOperator(')')) throw this.#unexpected(this.#tokens[this.#next], ')');
    this.#next++;
    return { kind: 'pipeline', pipeline, fields: this.#fields(), at };
  }

  /** Fields that follow without white space. */
  #fields(): string[] {
    const fields: string[] = [];
    for (
      let token = this.#tokens[this.#next];
      token?.kind === 'field' && !token.isSpaced;
      token = this.#tokens[this.#next]
    ) {
      fields.push(token.text);
      this.#next++;
    }
    return fields;
  }

  #isOperator(text: string): boolean {
    const token = this.#tokens[this.#next];
    return token?.kind === 'operator' && token.text === text;
  }

  #unexpected(token: Token | undefined, wanted: string): TemplateError {
    return token === undefined
      ? new TemplateError(`${wanted} is missing`, this.#at)
      : new TemplateError(`unexpected ${JSON.stringify(token.text)}, expected ${wanted}`, token.at);
  }
}

function numberOf({ text, at }: Token): Operand {
  const plain = text.replaceAll('_', '');
  const isFloat = !/^[+-]?0[xX]/.test(plain) && /[.eE]/.test(plain);
  const sign = plain.startsWith('-') ? -1 : 1;
  const unsigned = plain.replace(/^[+-]/, '');
  const value = /^0\d+$/.test(unsigned) ? Number.parseInt(unsigned, 8) : Number(unsigned);
  return { kind: 'number', value: sign * value, isFloat, at };
}

function wordOf({ text, at }: Token): Operand {
  if (text === 'true' || text === 'false') return { kind: 'boolean', value: text === 'true', at };
  return text === 'nil' ? { kind: 'nil', at } : { kind: 'function', name: text, at };
}
