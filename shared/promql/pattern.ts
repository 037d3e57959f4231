import { RE2JS, RE2JSException } from 're2js';

/** A regular expression that Prometheus (RE2) would refuse. The message is the one of Go's package. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** Groups of a match by number, the whole match first, and those that have a name by it; '' for one that took no part. */
export interface PatternMatch {
  readonly groups: readonly string[];
  readonly named: Readonly<Record<string, string>>;
}

/** A regular expression with RE2's syntax and meaning, in time linear in the value. It must match the whole value. */
export interface Pattern {
  test(value: string): boolean;
  match(value: string): PatternMatch | undefined;
}

/** Letters, digits and what stands for itself in a pattern. */
const LITERAL = /^[\w :;,@#%&=<>!~"'/-]*$/;

/**
 * Compiles a pattern as Prometheus does: anchored at both ends, `.` takes a newline too. The patterns that
 * rules are full of (one of a few words, a prefix, anything) are answered without the machine.
 *
 * @throws PatternError
 */
export function compilePattern(text: string): Pattern {
  const test = shortcut(text);
  if (test === undefined) {
    const compiled = compileRe2(text);
    return { test: (value) => compiled.testExact(value), match: (value) => matchOf(compiled, value) };
  }
  let machine: RE2JS | undefined;
  return {
    test,
    match: (value) => (test(value) ? matchOf((machine ??= compileRe2(text)), value) : undefined),
  };
}

function compileRe2(text: string): RE2JS {
  try {
    return RE2JS.compile(text, RE2JS.DOTALL);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    // The flag that DOTALL stands for is not the author's.
    throw new PatternError(error.message.replace('`(?s)', '`'));
  }
}

function shortcut(text: string): ((value: string) => boolean) | undefined {
  const words = text.split('|');
  if (words.every((word) => LITERAL.test(word))) {
    const all = new Set(words);
    return (value) => all.has(value);
  }
  if (text === '.*') return () => true;
  if (text === '.+') return (value) => value !== '';
  const prefix = /^(.*)\.\*$/s.exec(text)?.[1];
  return prefix !== undefined && LITERAL.test(prefix) ? (value) => value.startsWith(prefix) : undefined;
}

function matchOf(compiled: RE2JS, value: string): PatternMatch | undefined {
  const matcher = compiled.matcher(value);
  if (!matcher.matches()) return undefined;
  const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, at) => matcher.group(at) ?? '');
  const named = Object.entries(compiled.namedGroups()).map(([name, at]) => [name, groups[at] ?? ''] as const);
  return { groups, named: Object.fromEntries(named) };
}
