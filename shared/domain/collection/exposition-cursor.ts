/**
 * Reads the words of the Prometheus text format from one long string.
 *
 * By hand and not by regular expressions: a target may send ten megabytes of anything, and a loop over
 * character codes is linear whatever it meets. The rules are those of Prometheus' own lexer (promlex.l).
 */
export class ExpositionCursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** True at a line's end; the end of the text counts, as Prometheus adds a line break there. */
  isAtLineEnd(): boolean {
    return this.isAtEnd() || this.text.charCodeAt(this.at) === LINE_FEED;
  }

  sees(word: string): boolean {
    return this.text.startsWith(word, this.at);
  }

  /** Steps over `word` if it is next. */
  takes(word: string): boolean {
    if (!this.sees(word)) return false;
    this.at += word.length;
    return true;
  }

  skipBlanks(): boolean {
    return this.takeWhile(isBlank) !== '';
  }

  /** A metric's bare name: letters, digits, `_` and `:`, no digit first. Empty if none is here. */
  metricName(): string {
    return isDigit(this.code()) ? '' : this.takeWhile(isMetricCode);
  }

  /** A label's bare name: as a metric's, without `:`. */
  labelName(): string {
    return isDigit(this.code()) ? '' : this.takeWhile(isLabelCode);
  }

  digits(): string {
    return this.takeWhile(isDigit);
  }

  /** Everything up to a blank, a brace or the end of the line. */
  valueWord(): string {
    return this.takeWhile((code) => !isBlank(code) && code !== LINE_FEED && code !== OPEN_BRACE);
  }

  restOfLine(): string {
    const found = this.text.indexOf('\n', this.at);
    const end = found === -1 ? this.text.length : found;
    const rest = this.text.slice(this.at, end);
    this.at = end;
    return rest;
  }

  /**
   * A quoted string, with `\\`, `\"` and `\n` replaced; any other escape stays as it is written. Raw line
   * breaks are allowed inside, as in Prometheus. Undefined if none is here or it has no end.
   */
  quoted(): string | undefined {
    if (this.code() !== QUOTE) return undefined;
    let hasEscapes = false;
    for (let i = this.at + 1; i < this.text.length; i += 1) {
      const code = this.text.charCodeAt(i);
      if (code === QUOTE) {
        const raw = this.text.slice(this.at + 1, i);
        this.at = i + 1;
        return hasEscapes ? unescape(raw) : raw;
      }
      if (code !== BACKSLASH) continue;
      hasEscapes = true;
      i += 1;
      if (this.text.charCodeAt(i) === LINE_FEED) return undefined;
    }
    return undefined;
  }

  /** The line number, from 1, of a place in the text. */
  lineOf(place: number): number {
    let line = 1;
    for (let i = this.text.indexOf('\n'); i !== -1 && i < place; i = this.text.indexOf('\n', i + 1))
      line += 1;
    return line;
  }

  /** What is next, for an error message. */
  found(): string {
    if (this.isAtEnd()) return 'the end of the text';
    if (this.isAtLineEnd()) return 'the end of the line';
    return JSON.stringify(this.text.slice(this.at, this.at + 20).split('\n', 1)[0]);
  }

  private code(): number {
    return this.text.charCodeAt(this.at);
  }

  private takeWhile(belongs: (code: number) => boolean): string {
    const start = this.at;
    while (this.at < this.text.length && belongs(this.text.charCodeAt(this.at))) this.at += 1;
    return this.text.slice(start, this.at);
  }
}

const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isLetter = (code: number): boolean => (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
const isLabelCode = (code: number): boolean => isLetter(code) || code === 0x5f || isDigit(code);
const isMetricCode = (code: number): boolean => isLabelCode(code) || code === 0x3a;

function unescape(raw: string): string {
  return raw.replaceAll(/\\(["\\n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}
