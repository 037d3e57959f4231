import { ASSERTIONS, CLASSES, literal } from './pattern-characters.ts';

/** A regular expression that Prometheus (RE2) would refuse, or that this engine does not know. */
export class PatternError extends Error {
  constructor(pattern: string, reason: string) {
    super(`invalid regular expression ${JSON.stringify(shortened(pattern))}: ${reason}`);
    this.name = 'PatternError';
  }
}

/** RE2's own limit. */
const MAXIMUM_REPEAT = 1_000;
/** Groups in one another; RE2 takes 1,000. */
const MAXIMUM_GROUPS = 100;
const SHOWN_CHARACTERS = 100;

function shortened(pattern: string): string {
  return pattern.length > SHOWN_CHARACTERS ? `${pattern.slice(0, SHOWN_CHARACTERS)}...` : pattern;
}

/**
 * RE2 syntax to JavaScript's with the flags `s` and `v`. What the two read differently is translated,
 * what RE2 refuses (back-references, look-around) is refused, and what is not known here is an error
 * rather than another meaning. Source: the RE2 syntax page. Throws `PatternError`.
 */
export function translatePattern(pattern: string): string {
  return new Translation(pattern).run();
}

class Translation {
  readonly #pattern: string;
  #at = 0;
  #open = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  run(): string {
    const translated = this.#sequence();
    if (this.#at < this.#pattern.length) throw this.#error('unexpected ): missing (');
    return translated;
  }

  /** Everything up to the parenthesis that closes it, or the end. */
  #sequence(): string {
    let out = '';
    let canRepeat = false;
    while (this.#at < this.#pattern.length && this.#peek() !== ')') {
      const ahead = this.#pattern.slice(this.#at, this.#at + 16);
      const flags = /^\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?\)/.exec(ahead);
      const repeat = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(ahead);
      if (flags !== null) {
        this.#at += flags[0].length;
        this.#enter();
        // Flags hold to the end of the group they stand in, over alternatives too.
        const rest = `${this.#flagged(flags[1] ?? '', flags[2] ?? '')}${this.#sequence()})`;
        this.#open--;
        return out + rest;
      }
      if (repeat === null) {
        const isAlternative = this.#peek() === '|';
        out += this.#atom();
        canRepeat = !isAlternative;
        continue;
      }
      if (!canRepeat) throw this.#error(`missing argument to repetition operator: \`${repeat[0]}\``);
      out += this.#repetition(repeat[0]);
      canRepeat = false;
    }
    return out;
  }

  #repetition(operator: string): string {
    const counts = operator.match(/\d+/g)?.map(Number) ?? [];
    if (counts.some((count) => count > MAXIMUM_REPEAT))
      throw this.#error(`invalid repeat count: \`${operator}\``);
    this.#at += operator.length;
    if (this.#peek() !== '?') return operator;
    this.#at++;
    return `${operator}?`;
  }

  #atom(): string {
    const character = this.#next();
    if (character === '(') return this.#group();
    if (character === '[') return this.#class();
    if (character === '\\') return this.#escape();
    return '.|^$'.includes(character) ? character : literal(character);
  }

  #group(): string {
    this.#enter();
    const head = this.#groupHead();
    const inside = this.#sequence();
    if (this.#next() !== ')') throw this.#error('missing closing )');
    this.#open--;
    return `${head}${inside})`;
  }

  #groupHead(): string {
    if (this.#peek() !== '?') return '(';
    const rest = this.#pattern.slice(this.#at);
    const named = /^\?P?<([A-Za-z_]\w*)>/.exec(rest);
    const flags = /^\?([a-zA-Z]*)(?:-([a-zA-Z]+))?:/.exec(rest);
    if (named === null && flags === null)
      throw this.#error(`invalid or unsupported Perl syntax: \`(${rest.slice(0, 3)}\``);
    this.#at += (named ?? flags)?.[0].length ?? 0;
    return named === null ? this.#flagged(flags?.[1] ?? '', flags?.[2] ?? '') : `(?<${named[1]}>`;
  }

  #flagged(on: string, off: string): string {
    const unknown = /[^ims]/.exec(on + off);
    if (unknown !== null) throw this.#error(`flag \`${unknown[0]}\` is not supported yet`);
    const set = new Set(on);
    for (const flag of off) set.delete(flag);
    const unset = new Set(off);
    return `(?${[...set].join('')}${unset.size > 0 ? '-' : ''}${[...unset].join('')}:`;
  }

  /** An escape outside brackets. */
  #escape(): string {
    const character = this.#peek();
    const assertion = ASSERTIONS[character];
    if (assertion !== undefined) {
      this.#at++;
      return assertion;
    }
    if (character === 'Q') return this.#quoted();
    return this.#member();
  }

  #quoted(): string {
    const end = this.#pattern.indexOf('\\E', this.#at);
    const text = this.#pattern.slice(this.#at + 1, end === -1 ? undefined : end);
    this.#at = end === -1 ? this.#pattern.length : end + 2;
    return Array.from(text, (character) => literal(character)).join('');
  }

  /** An escape that stands for characters, inside or outside brackets; the backslash is read already. */
  #member(): string {
    const character = this.#next();
    const lower = character.toLowerCase();
    if (lower === 'd' || lower === 'w' || lower === 's')
      return `[${character === lower ? '' : '^'}${CLASSES[lower]}]`;
    if (lower === 'p') return this.#property(character);
    return literal(this.#escapedCharacter(character));
  }

  #property(letter: string): string {
    const name = /^(?:\{(\^?)(\w+)\}|(\w))/.exec(this.#pattern.slice(this.#at));
    if (name === null) throw this.#error(`invalid character class range: \`\\${letter}\``);
    this.#at += name[0].length;
    const isNegated = (letter === 'P') !== (name[1] === '^');
    const property = name[2] ?? name[3] ?? '';
    const spelled = property.length <= 2 ? property : `Script=${property}`;
    return `\\${isNegated ? 'P' : 'p'}{${spelled}}`;
  }

  #escapedCharacter(character: string): string {
    const controls: Readonly<Record<string, string>> = {
      a: '\u0007',
      f: '\f',
      n: '\n',
      r: '\r',
      t: '\t',
      v: '\v',
    };
    const control = controls[character];
    if (control !== undefined) return control;
    if (character === 'x') return this.#hexadecimal();
    if (character === '0') {
      const digits = /^[0-7]{0,2}/.exec(this.#pattern.slice(this.#at))?.[0] ?? '';
      this.#at += digits.length;
      return String.fromCodePoint(Number.parseInt(`0${digits}`, 8));
    }
    if (character === '') throw this.#error('trailing backslash at end of expression');
    // Digits would be back-references; letters that are not known may mean something one day.
    if (/[\dA-Za-z]/.test(character) || character > '\u007f')
      throw this.#error(`invalid escape sequence: \`\\${character}\``);
    return character;
  }

  #hexadecimal(): string {
    const match = /^(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(this.#pattern.slice(this.#at));
    const code = Number.parseInt(match?.[1] ?? match?.[2] ?? '', 16);
    if (match === null || !(code <= 0x10ffff)) throw this.#error('invalid escape sequence: `\\x`');
    this.#at += match[0].length;
    return String.fromCodePoint(code);
  }

  #class(): string {
    let out = '[';
    if (this.#peek() === '^') {
      this.#at++;
      out += '^';
    }
    for (let isFirst = true; this.#peek() !== ']' || isFirst; isFirst = false) {
      if (this.#peek() === '') throw this.#error('missing closing ]');
      out += this.#classPart();
    }
    this.#at++;
    return `${out}]`;
  }

  #classPart(): string {
    const named = /^\[:(\^?)(\w+):\]/.exec(this.#pattern.slice(this.#at));
    if (named !== null) {
      const members = CLASSES[named[2] ?? ''];
      if (members === undefined || (named[2] ?? '').length === 1)
        throw this.#error(`invalid character class range: \`${named[0]}\``);
      this.#at += named[0].length;
      return `[${named[1]}${members}]`;
    }
    const low = this.#classCharacter();
    const isRange =
      this.#peek() === '-' && this.#pattern[this.#at + 1] !== ']' && this.#at + 1 < this.#pattern.length;
    if (!isRange) return low;
    this.#at++;
    const high = this.#classCharacter();
    if (low.length > 1 && low.startsWith('[')) throw this.#error('invalid character class range');
    return `${low}-${high}`;
  }

  #classCharacter(): string {
    const character = this.#next();
    return character === '\\' ? this.#member() : literal(character);
  }

  #enter(): void {
    if (++this.#open > MAXIMUM_GROUPS) throw this.#error('expression nests too deeply');
  }

  #peek(): string {
    return this.#pattern.charAt(this.#at);
  }

  #next(): string {
    const code = this.#pattern.codePointAt(this.#at);
    const character = code === undefined ? '' : String.fromCodePoint(code);
    this.#at += character.length;
    return character;
  }

  #error(reason: string): PatternError {
    return new PatternError(this.#pattern, reason);
  }
}
