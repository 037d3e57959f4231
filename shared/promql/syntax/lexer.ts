import { quoted, quotedCharacter } from './quoting.ts';
import { isDigit, scanDuration, scanNumber } from './scan-number.ts';
import { scanString } from './scan-string.ts';
import { PromqlSyntaxError } from './syntax-error.ts';
import { RESERVED_WORDS, type Token, type TokenKind } from './token.ts';

const WORD = /[a-zA-Z_:][\w:]*/y;
const LABEL = /[a-zA-Z_]\w*/y;
const DURATION_WORDS = new Set(['step', 'range', 'min', 'max', 'min_of', 'max_of']);
const LONG_OPERATORS = new Set(['==', '!=', '<=', '>=', '</', '>/']);
const OPERATORS = new Set(['<', '>', '+', '-', '*', '/', '%', '^', '@']);

/**
 * Cuts a text into tokens, one at a call of `next`, in time linear in the text. What may stand where depends
 * on the brackets around: in braces every word is a name, in square brackets only durations are known.
 * Throws `PromqlSyntaxError`, worded and placed as Prometheus does.
 */
export class Lexer {
  readonly #text: string;
  #at = 0;
  #parentheses = 0;
  #isInBraces = false;
  /** Square brackets; behind the first number inside more may stand than before it. */
  #brackets: 'none' | 'opened' | 'behind a number' = 'none';
  #hasColon = false;

  constructor(text: string) {
    this.#text = text;
  }

  next(): Token {
    this.#skipBlank();
    if (this.#at >= this.#text.length) return this.#end();
    if (this.#isInBraces) return this.#nextInBraces();
    const character = this.#text.charAt(this.#at);
    if (isDigit(character) || (character === '.' && isDigit(this.#text.charAt(this.#at + 1))))
      return this.#number();
    if (/[a-zA-Z_:]/.test(character))
      return this.#brackets === 'none' ? this.#word() : this.#wordInBrackets(character);
    return this.#sign(character);
  }

  #skipBlank(): void {
    for (;;) {
      const character = this.#text.charAt(this.#at);
      if (character === ' ' || character === '\n' || character === '\t' || character === '\r') this.#at++;
      else if (character === '#' && this.#brackets !== 'opened') {
        while (this.#at < this.#text.length && !/[\n\r]/.test(this.#text.charAt(this.#at))) this.#at++;
      } else return;
    }
  }

  #end(): Token {
    if (this.#isInBraces) throw this.#refused('unexpected end of input inside braces');
    if (this.#brackets === 'opened') throw this.#refused('unexpected end of input in duration expression');
    if (this.#parentheses > 0) throw this.#refused('unclosed left parenthesis');
    if (this.#brackets !== 'none') throw this.#refused('unclosed left bracket');
    return { kind: 'end', text: '', word: '', from: this.#at, to: this.#at };
  }

  /** An error at the present place, up to the end: Prometheus reads no further either. */
  #refused(message: string, from = this.#at): PromqlSyntaxError {
    return new PromqlSyntaxError(message, { from, to: this.#text.length });
  }

  /** The text from here to `to` as a token; without a word of its own it is a name or a value. */
  #token(kind: TokenKind, to: number, word = ''): Token {
    const from = this.#at;
    this.#at = to;
    return { kind, text: this.#text.slice(from, to), word, from, to };
  }

  #number(): Token {
    if (this.#brackets === 'opened') this.#brackets = 'behind a number';
    const number = scanNumber(this.#text, this.#at);
    if (number.isWhole) return this.#token('number', number.to);
    const duration = scanDuration(this.#text, number.to);
    if (duration.isWhole) return this.#token('duration', duration.to);
    const found = quoted(this.#text.slice(this.#at, duration.to));
    throw this.#refused(`bad number or duration syntax: ${found}`);
  }

  #word(): Token {
    WORD.lastIndex = this.#at;
    WORD.test(this.#text);
    const to = WORD.lastIndex;
    const text = this.#text.slice(this.#at, to);
    const word = text.toLowerCase();
    const kind = RESERVED_WORDS.get(word);
    if (kind !== undefined && !(word.startsWith('fill') && !this.#isBeforeParenthesis(to)))
      return this.#token(kind, to, word);
    return this.#token(text.includes(':') ? 'metric identifier' : 'identifier', to);
  }

  /** `fill` and its like are names of metrics unless a value follows. */
  #isBeforeParenthesis(from: number): boolean {
    let at = from;
    while (/^[ \t\n\r]$/.test(this.#text.charAt(at))) at++;
    return this.#text.charAt(at) === '(';
  }

  #wordInBrackets(character: string): Token {
    if (character === ':') {
      if (this.#hasColon) throw this.#refused("unexpected colon ':'");
      this.#hasColon = true;
      return this.#token('punctuation', this.#at + 1, ':');
    }
    LABEL.lastIndex = this.#at;
    LABEL.test(this.#text);
    const word = this.#text.slice(this.#at, LABEL.lastIndex).toLowerCase();
    if (!DURATION_WORDS.has(word)) throw this.#unexpectedInBrackets(character);
    return this.#token(RESERVED_WORDS.get(word) ?? 'preprocessor', LABEL.lastIndex, word);
  }

  #unexpectedInBrackets(character: string): PromqlSyntaxError {
    const found = quotedCharacter(character);
    return this.#refused(
      this.#brackets === 'opened'
        ? `unexpected character in duration expression: ${found}`
        : `unexpected character: ${found}, expected ':'`,
    );
  }

  #sign(character: string): Token {
    if (this.#brackets === 'opened' && !'()+-*/%^,]'.includes(character))
      throw this.#unexpectedInBrackets(this.#characterAt(this.#at));
    if ('"\'`'.includes(character)) return this.#string();
    if ('()[]{,'.includes(character)) return this.#bracket(character);
    const both = this.#text.slice(this.#at, this.#at + 2);
    if (LONG_OPERATORS.has(both)) return this.#token('operator', this.#at + 2, both);
    if (OPERATORS.has(character)) return this.#token('operator', this.#at + 1, character);
    const next = quotedCharacter(this.#characterAt(this.#at + 1));
    if (character === '!') throw this.#refused(`unexpected character after '!': ${next}`);
    if (character !== '=')
      throw this.#refused(`unexpected character: ${quotedCharacter(this.#characterAt(this.#at))}`);
    if (next === "'~'") throw this.#refused(`unexpected character after '=': ${next}`);
    return this.#token('punctuation', this.#at + 1, character);
  }

  /** The whole character, of two units or one; U+FFFD past the end, as in Go. */
  #characterAt(at: number): string {
    return String.fromCodePoint(this.#text.codePointAt(at) ?? 0xff_fd);
  }

  #string(): Token {
    const scan = scanString(this.#text, this.#at);
    if (!scan.ok) throw this.#refused(scan.message);
    return this.#token('string', scan.to);
  }

  #bracket(character: string): Token {
    if (character === '[' && this.#brackets !== 'none') throw this.#refused("unexpected left bracket '['");
    if (character === ']' && this.#brackets === 'none') throw this.#refused("unexpected right bracket ']'");
    if (character === '(') this.#parentheses++;
    else if (character === ')') this.#parentheses--;
    else if (character === '{') this.#isInBraces = true;
    else if (character === '[') {
      this.#brackets = 'opened';
      this.#hasColon = false;
    } else if (character === ']') this.#brackets = 'none';
    if (this.#parentheses < 0) throw this.#refused("unexpected right parenthesis ')'", this.#at + 1);
    return this.#token('punctuation', this.#at + 1, character);
  }

  #nextInBraces(): Token {
    const character = this.#text.charAt(this.#at);
    LABEL.lastIndex = this.#at;
    if (LABEL.test(this.#text)) return this.#token('identifier', LABEL.lastIndex);
    if ('"\'`'.includes(character)) return this.#string();
    const operator = ['=~', '!~', '!='].find((sign) => this.#text.startsWith(sign, this.#at));
    if (operator !== undefined) return this.#token('operator', this.#at + 2, operator);
    if (character === '}') this.#isInBraces = false;
    if ('},='.includes(character)) return this.#token('punctuation', this.#at + 1, character);
    if (character === '{') throw this.#refused("unexpected left brace '{'");
    if (character === '!') {
      const next = quotedCharacter(this.#characterAt(this.#at + 1));
      throw this.#refused(`unexpected character after '!' inside braces: ${next}`);
    }
    const found = quotedCharacter(this.#characterAt(this.#at));
    throw this.#refused(`unexpected character inside braces: ${found}`);
  }
}
