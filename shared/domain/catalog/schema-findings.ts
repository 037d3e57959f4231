import * as z from 'zod';
import { didYouMean, hint, nearest } from './nearest.ts';
import { failure, type Finding } from './problem.ts';

/** Parse with this so that {@link findingsOf} knows the keys that an object may have. */
export const parseOptions: z.core.ParseContext<z.core.$ZodIssue> = {
  reportInput: true,
  error: (issue) => {
    if (issue.code !== 'unrecognized_keys' || !(issue.inst instanceof z.ZodObject)) return undefined;
    return Object.keys(issue.inst.shape).join(KEY_SEPARATOR);
  },
};

const KEY_SEPARATOR = '\n';

/**
 * What a person is told about a value that does not fit its schema: found, expected, nearest.
 *
 * A custom issue with `params: { isSentence: true }` is told in its own words. What only follows from
 * an unknown key (the key it was meant to be is missing) is left out.
 */
export function findingsOf(issues: readonly z.core.$ZodIssue[], above: Finding['path'] = []): Finding[] {
  const explained = new Set<string>();
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    explained.add(JSON.stringify(issue.path));
    for (const key of issue.keys) {
      const meant = nearest(key, issue.message.split(KEY_SEPARATOR));
      explained.add(JSON.stringify([...issue.path, meant]));
    }
  }
  const follows = (issue: z.core.$ZodIssue): boolean =>
    (issue.code === 'custom' || issue.input === undefined) && explained.has(JSON.stringify(issue.path));
  return issues.filter((issue) => !follows(issue)).flatMap((issue) => findingsOfOne(issue, above));
}

function findingsOfOne(issue: z.core.$ZodIssue, above: Finding['path']): Finding[] {
  const path = [...above, ...pathOf(issue)];
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(KEY_SEPARATOR);
    return issue.keys.map((key) => failure([...path, key], `unknown key "${key}"${hint(key, known)}`, 'key'));
  }
  if (issue.code === 'invalid_key') {
    const expected = issue.issues.map(({ message }) => message).join(', ');
    return [failure(path, `found the name ${shown(issue.input)}, expected ${expected}`, 'key')];
  }
  const branch = issue.code === 'invalid_union' ? closestBranch(issue.errors) : undefined;
  if (branch !== undefined) return findingsOf(branch, path);
  return [failure(path, sentence(issue, path.at(-1)))];
}

/** The path of an issue; YAML has no keys but text and list positions. */
export function pathOf(issue: z.core.$ZodIssue): (string | number)[] {
  return issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
}

/** The alternative whose own kind of value was given, if something inside it is wrong. */
function closestBranch(branches: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  return branches.find((issues) => issues.length > 0 && issues.every((issue) => issue.path.length > 0));
}

function sentence(issue: z.core.$ZodIssue, key: string | number | undefined): string {
  const expected = expectation(issue);
  const { input } = issue;
  if (issue.code === 'custom' && issue.params?.['isSentence'] === true) return expected;
  if (input === undefined) return `"${key ?? 'the file'}" is missing; expected ${expected}`;
  if (input === null) return `${key === undefined ? 'the file' : `"${key}"`} is empty; expected ${expected}`;
  const isTextWanted = issue.code === 'invalid_type' && issue.expected === 'string';
  const isQuotable = typeof input === 'number' || typeof input === 'boolean';
  if (isTextWanted && isQuotable) return `found ${describe(input)}, expected text; put it in quotes`;
  return `found ${describe(input)}, expected ${expected}`;
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_WORDS[issue.expected] ?? issue.expected;
    case 'invalid_value': {
      const values = issue.values.map(String);
      const near = typeof issue.input === 'string' ? didYouMean(issue.input, values) : '';
      return `one of: ${values.join(', ')}${near}`;
    }
    case 'too_small':
      return `at least ${issue.minimum}${entries(issue.origin)}`;
    case 'too_big':
      return `at most ${issue.maximum}${entries(issue.origin)}`;
    case 'custom':
    case 'invalid_format':
    case 'invalid_union':
    case 'invalid_element':
    case 'invalid_key':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return issue.message;
  }
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map (key: value)',
  record: 'a map (key: value)',
  array: 'a list',
};

function entries(origin: string): string {
  return origin === 'array' ? ' entry' : '';
}

/** A value in a few words: scalars as they are, the rest by kind. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null)
    return Object.keys(value).length === 0 ? 'an empty map' : 'a map';
  return shown(value);
}

function shown(value: unknown): string {
  if (typeof value !== 'string') return `${typeof value} ${String(value)}`;
  return `"${value.length > 60 ? `${value.slice(0, 60)}…` : value}"`;
}
