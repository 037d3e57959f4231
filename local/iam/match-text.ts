/** A piece of a pattern: a character, or a wildcard. */
type Token = string | { readonly wildcard: '*' | '?'; readonly mayCrossColon: boolean };

/** A pattern that is ready to be compared. What came out of a policy variable is never a wildcard. */
export type Pattern = readonly Token[];

/**
 * Reads a pattern in which `*` is any text and `?` any one character.
 *
 * @param literal pieces at odd places are taken as they are: `['user/', 'a*b', '/*']`
 */
export function readPattern(literal: readonly string[]): Pattern {
  return literal.flatMap((piece, at) =>
    at % 2 === 1
      ? piece.split('')
      : piece
          .split('')
          .map((char): Token =>
            char === '*' || char === '?' ? { wildcard: char, mayCrossColon: true } : char,
          ),
  );
}

/**
 * The same pattern for ARNs: a wildcard stays within its segment, except a `*` that is the last character
 * of one ("Using wildcards in resource ARNs", IAM user guide, Resource element).
 */
export function withinSegments(pattern: Pattern): Pattern {
  return pattern.map((token, at) => {
    if (typeof token === 'string') return token;
    const next = pattern[at + 1];
    return { ...token, mayCrossColon: token.wildcard === '*' && (next === undefined || next === ':') };
  });
}

/** Whether a pattern without variables covers a text; most have no wildcard, and are asked for often. */
export function isLike(pattern: string, text: string): boolean {
  return /[*?]/.test(pattern) ? matches(readPattern([pattern]), text) : pattern === text;
}

/** Whether a pattern covers the whole of a text. Takes time proportional to the product of their lengths at worst. */
export function matches(pattern: Pattern, text: string): boolean {
  // reached[i]: the pattern so far covers the first i characters.
  let reached = [true, ...Array.from(text, () => false)];
  for (const token of pattern) {
    reached =
      typeof token === 'string' ? afterChar(token, text, reached) : afterWildcard(token, text, reached);
    if (!reached.includes(true)) return false;
  }
  return reached.at(-1) === true;
}

function afterChar(char: string, text: string, before: readonly boolean[]): boolean[] {
  return before.map((_, at) => at > 0 && before[at - 1] === true && text[at - 1] === char);
}

function afterWildcard(
  { wildcard, mayCrossColon }: Exclude<Token, string>,
  text: string,
  before: readonly boolean[],
): boolean[] {
  const covers = (at: number): boolean => mayCrossColon || text[at - 1] !== ':';
  if (wildcard === '?') return before.map((_, at) => at > 0 && before[at - 1] === true && covers(at));
  const after: boolean[] = [];
  for (const [at, isReached] of before.entries()) {
    after.push(isReached || (at > 0 && after[at - 1] === true && covers(at)));
  }
  return after;
}
