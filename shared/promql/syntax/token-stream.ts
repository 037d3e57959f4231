import type { Span } from '../ast.ts';
import { Lexer } from './lexer.ts';
import { MAXIMUM_DEPTH, tooDeep } from './depth.ts';
import { PromqlSyntaxError } from './syntax-error.ts';
import { describe, type Token } from './token.ts';

/** What is being read, for the words of an error inside: `unexpected ")" in offset, expected duration`. */
interface Surroundings {
  readonly place: string;
  readonly expected: string;
}

/**
 * The tokens of a text with one to look ahead. It is read no sooner than it is looked at, so that of two
 * errors the first one is found. Knows what is being read, and how deep.
 */
export class TokenStream {
  /** How many characters of regular expressions were read so far; whoever reads one counts it. */
  patternCharacters = 0;
  readonly #lexer: Lexer;
  readonly #surroundings: Surroundings[] = [];
  #ahead: Token | undefined;
  #depth = 0;

  constructor(text: string) {
    this.#lexer = new Lexer(text);
  }

  peek(): Token {
    this.#ahead ??= this.#lexer.next();
    return this.#ahead;
  }

  take(): Token {
    const token = this.peek();
    this.#ahead = undefined;
    return token;
  }

  /** Whether the next token is this reserved word or sign. */
  isNext(word: string): boolean {
    return this.peek().word === word;
  }

  accept(word: string): Token | undefined {
    return this.isNext(word) ? this.take() : undefined;
  }

  expect(word: string): Token {
    if (!this.isNext(word)) throw this.unexpected();
    return this.take();
  }

  /** From here to `leave`, errors that name no place of their own are of this one. */
  enter(place: string, expected = ''): void {
    this.#surroundings.push({ place, expected });
  }

  leave(): void {
    this.#surroundings.pop();
  }

  /** The error that the next token may not stand where it does. */
  unexpected(place?: string, expected = ''): PromqlSyntaxError {
    const token = this.peek();
    const around = place === undefined ? this.#surroundings.at(-1) : { place, expected };
    let message = `unexpected ${describe(token)}`;
    if (around !== undefined) message += ` in ${around.place}`;
    if (around !== undefined && around.expected !== '') message += `, expected ${around.expected}`;
    return new PromqlSyntaxError(message, token);
  }

  /** One level deeper, up to `rise`. Throws at the next token if that is deeper than is allowed. */
  descend(): void {
    if (++this.#depth > MAXIMUM_DEPTH) throw tooDeep(this.peek());
  }

  rise(): void {
    this.#depth--;
  }
}

/** From the first character of one part to the last of another. */
export function spanOf(first: Span, last: Span): Span {
  return { from: first.from, to: last.to };
}
