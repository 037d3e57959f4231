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
    const compiled = compileRe2(text, RE2JS.DOTALL);
    return { test: (value) => compiled.testExact(value), match: (value) => matchOf(compiled, value) };
  }
  let machine: RE2JS | undefined;
  return {
    test,
    match: (value) =>
      test(value) ? matchOf((machine ??= compileRe2(text, RE2JS.DOTALL)), value) : undefined,
  };
}

/** Whether a pattern needs the machine, whose making costs time and memory; plain words and prefixes do not. */
export function needsMachine(text: string): boolean {
  return shortcut(text) === undefined;
}

function compileRe2(text: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(text, flags);
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
  return matcher.matches() ? groupsOf(compiled, matcher) : undefined;
}

function groupsOf(compiled: RE2JS, matcher: ReturnType<RE2JS['matcher']>): PatternMatch {
  const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, at) => matcher.group(at) ?? '');
  const named = Object.entries(compiled.namedGroups()).map(([name, at]) => [name, groups[at] ?? ''] as const);
  return { groups, named: Object.fromEntries(named) };
}

/** Letters and digits of any script make a name, which is as long as can be. */
const REFERENCE = /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu;
/** With a zero before it, it is a name. */
const NUMBER = /^(?:0|[1-9]\d*)$/;

/** Go's templates for what was matched: `$1`, `${1}`, `$name`, `$$`; a group that is not there is empty, a lone `$` stays. */
export function expandGroups(template: string, match: PatternMatch): string {
  return template.replaceAll(REFERENCE, (whole, plain?: string, braced?: string) => {
    if (whole === '$$') return '$';
    const name = plain ?? braced ?? '';
    if (NUMBER.test(name)) return match.groups[Number(name)] ?? '';
    return Object.hasOwn(match.named, name) ? (match.named[name] ?? '') : '';
  });
}

/** A regular expression that is looked for anywhere in a text, as Prometheus' templates do. */
export interface Search {
  test(text: string): boolean;
  /** With Go's `$1`, `${name}` in the replacement. */
  replaceAll(text: string, replacement: string): string;
}

/**
 * Compiles a pattern that need not match the whole text; `.` does not take a newline.
 *
 * @throws PatternError
 */
export function compileSearch(text: string): Search {
  const compiled = compileRe2(text, 0);
  return {
    test: (value) => compiled.matcher(value).find(),
    replaceAll: (value, replacement) => {
      const matcher = compiled.matcher(value);
      let [out, from] = ['', 0];
      while (matcher.find()) {
        out += value.slice(from, matcher.start()) + expandGroups(replacement, groupsOf(compiled, matcher));
        from = matcher.end();
      }
      return out + value.slice(from);
    },
  };
}
