import { PromqlSyntaxError } from './syntax/syntax-error.ts';

/** Reads a line of notation from left to right. Its patterns are sticky (`y`): they match where it stands or not at all. */
export class NotationCursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  get isAtSpace(): boolean {
    return /\s/.test(this.text.charAt(this.at));
  }

  skipSpace(): void {
    this.match(/\s+/y);
  }

  /** Steps over a fixed text; false when it does not stand here. */
  take(expected: string): boolean {
    const isHere = this.text.startsWith(expected, this.at);
    if (isHere) this.at += expected.length;
    return isHere;
  }

  /** Steps over what a sticky pattern matches here; undefined when it does not. */
  match(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text);
    if (found === null) return undefined;
    this.at = sticky.lastIndex;
    return found;
  }

  /** An error about what stands here instead of what was expected. */
  unexpected(expected: string): PromqlSyntaxError {
    const word = /^(?:\w+|[^])/u.exec(this.text.slice(this.at, this.at + SHOWN_CHARACTERS))?.[0] ?? '';
    const found = word === '' ? 'the end' : JSON.stringify(word);
    return new PromqlSyntaxError(`expected ${expected}, found ${found}`, {
      from: this.at,
      to: this.at + word.length,
    });
  }

  /** An error about what was read since an offset. */
  failure(from: number, message: string): PromqlSyntaxError {
    return new PromqlSyntaxError(message, { from, to: this.at });
  }
}

const SHOWN_CHARACTERS = 40;
