/** Longer words are no numbers: the smallest double written out in full has some 1,080 characters. */
const MAX_LENGTH = 2_000;

/**
 * Reads a number as Prometheus does, that is as Go's strconv.ParseFloat without hexadecimal and underscores:
 * `1`, `+1.`, `.5`, `1e9`, `NaN`, `+Inf`, `-infinity`, in any case. NaN takes no sign. A number too large for
 * a double is an error, one too small is zero.
 *
 * @returns undefined if the word is not such a number
 */
export function parseGoFloat(word: string): number | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(word)) {
    const value = Number(word);
    return Number.isFinite(value) ? value : undefined;
  }
  const lower = word.toLowerCase();
  if (lower === 'nan') return NaN;
  if (/^\+?inf(?:inity)?$/.test(lower)) return Infinity;
  return /^-inf(?:inity)?$/.test(lower) ? -Infinity : undefined;
}
