import type { Matcher } from './ast.ts';
import { compilePattern } from './pattern.ts';

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
  const pattern = compilePattern(wanted);
  return op === '=~' ? (value) => pattern.test(value) : (value) => !pattern.test(value);
}

/** A test of a whole series against all matchers of a selector. Throws as `compileMatcher` does. */
export function compileMatchers(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const tests = matchers.map((matcher) => ({ name: matcher.name, test: compileMatcher(matcher) }));
  return (labels) => tests.every(({ name, test }) => test(labelValue(labels, name)));
}
