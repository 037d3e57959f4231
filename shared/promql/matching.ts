import type { Matcher } from './ast.ts';
import { PatternError, translatePattern } from './pattern.ts';

export { PatternError } from './pattern.ts';

/** Labels of one series. A label that is not there counts as the empty string. */
export type Labels = Readonly<Record<string, string>>;

/** The value of a label, the empty string when there is none. Safe for names like `__proto__`. */
export function labelValue(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? '') : '';
}

/** A test of one label's value. Throws `PatternError` for a regular expression that RE2 would refuse. */
export function compileMatcher(matcher: Matcher): (value: string) => boolean {
  const { op, value: wanted } = matcher;
  if (op === '=') return (value) => value === wanted;
  if (op === '!=') return (value) => value !== wanted;
  const pattern = anchored(wanted);
  return op === '=~' ? (value) => pattern.test(value) : (value) => !pattern.test(value);
}

/** A test of a whole series against all matchers of a selector. Throws as `compileMatcher` does. */
export function compileMatchers(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const tests = matchers.map((matcher) => ({ name: matcher.name, test: compileMatcher(matcher) }));
  return (labels) => tests.every(({ name, test }) => test(labelValue(labels, name)));
}

/**
 * Prometheus' regular expression as one of JavaScript that must match the whole value.
 * JavaScript backtracks, so a pattern like `(a+)+b` takes time that doubles with each character of the
 * value; linear time, which RE2 promises, comes with the whole engine. Until then values are short labels.
 */
export function anchored(pattern: string): RegExp {
  const translated = translatePattern(pattern);
  try {
    return new RegExp(`^(?:${translated})$`, 'sv');
  } catch (error) {
    throw new PatternError(pattern, error instanceof Error ? error.message : String(error));
  }
}
