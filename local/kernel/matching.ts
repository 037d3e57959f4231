import { BlockList, isIP } from 'node:net';

/**
 * The vocabulary in which EventBridge patterns and SNS filter policies say what they want. Both take a
 * document of names; a leaf is a list of which one has to fit; all names have to fit. What differs is
 * which operators are known ({@link Vocabulary}) and what is matched: an event, a body, or attributes.
 *
 * Sources: EventBridge user guide, "Comparison operators for use in event patterns"; SNS developer
 * guide, "Amazon SNS subscription filter policies".
 */
export type Matcher = (value: unknown) => boolean;

/** Which operators a service knows, at the leaf and inside `anything-but`. */
export interface Vocabulary {
  readonly operators: readonly Operator[];
  readonly exceptions: readonly Operator[];
}

type Operator =
  'anything-but' | 'cidr' | 'equals-ignore-case' | 'exists' | 'numeric' | 'prefix' | 'suffix' | 'wildcard';

/** Fits one value; `undefined` stands for a name that is not there. */
type Test = (value: unknown) => boolean;

/**
 * Compiles a pattern.
 *
 * @param path what to call the pattern in errors: `EventPattern`, `FilterPolicy`
 * @throws Error naming the place and what was expected there
 */
export function compilePattern(pattern: unknown, vocabulary: Vocabulary, path: string): Matcher {
  if (!isObject(pattern)) throw wrong(path, pattern, 'an object of names');
  const parts = Object.entries(pattern).map(([name, wanted]): Matcher => {
    const at = `${path}.${name}`;
    if (name === '$or' && isAlternatives(wanted)) {
      const ways = wanted.map((way, index) => compilePattern(way, vocabulary, `${at}[${index}]`));
      return (value) => ways.some((way) => way(value));
    }
    const fits = Array.isArray(wanted)
      ? compileLeaf(wanted, vocabulary, at)
      : compileBranch(compilePattern(wanted, vocabulary, at));
    return (value) => fits(isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined);
  });
  return (value) => parts.every((part) => part(value));
}

/** Elements of one list are matched each by itself, so that names of different elements are not mixed. */
function compileBranch(inner: Matcher): Matcher {
  return (value) => (Array.isArray(value) ? value.some((element) => inner(element)) : inner(value));
}

/** `$or` is an operator only as AWS says: a list of at least two objects. */
function isAlternatives(wanted: unknown): wanted is object[] {
  return Array.isArray(wanted) && wanted.length > 1 && wanted.every((way) => isObject(way));
}

function compileLeaf(wanted: readonly unknown[], vocabulary: Vocabulary, at: string): Matcher {
  if (wanted.length === 0) throw wrong(at, wanted, 'at least one value or operator');
  const tests = wanted.map((one, index) => compileTest(one, vocabulary, `${at}[${index}]`));
  return (value) => leavesOf(value).some((leaf) => tests.some((test) => test(leaf)));
}

/** The values that a leaf of the pattern sees: the elements of a list; an object and an empty list are no values. */
function leavesOf(value: unknown): unknown[] {
  const leaves = (Array.isArray(value) ? value : [value]).flat(Infinity).filter((leaf) => !isObject(leaf));
  return leaves.length === 0 ? [undefined] : leaves;
}

function compileTest(wanted: unknown, vocabulary: Vocabulary, at: string): Test {
  if (isScalar(wanted)) return (value) => value === wanted;
  const [operator, operand] = singleOperator(wanted, vocabulary.operators, at);
  switch (operator) {
    case 'anything-but':
      return exceptFor(operand, vocabulary.exceptions, at);
    case 'exists':
      if (typeof operand !== 'boolean') throw wrong(`${at}.exists`, operand, 'true or false');
      return (value) => (value !== undefined) === operand;
    case 'numeric':
      return numeric(operand, `${at}.numeric`);
    case 'cidr':
      return cidr(operand, `${at}.cidr`);
    case 'prefix':
    case 'suffix':
    case 'wildcard':
    case 'equals-ignore-case':
      return textTest(operator, operand, `${at}.${operator}`);
  }
}

function singleOperator(wanted: unknown, known: readonly Operator[], at: string): [Operator, unknown] {
  const entries = isObject(wanted) ? Object.entries(wanted) : [];
  const [name, operand] = entries.length === 1 && entries[0] !== undefined ? entries[0] : [];
  const operator = known.find((one) => one === name);
  if (operator === undefined) {
    throw wrong(at, wanted, `a value or one operator of ${known.join(', ')}`);
  }
  return [operator, operand];
}

/** A name that is not there is not "anything": it takes `exists: false` to match that. */
function exceptFor(operand: unknown, known: readonly Operator[], at: string): Test {
  const path = `${at}.anything-but`;
  const values = Array.isArray(operand) ? (operand as unknown[]) : [operand];
  if (values.length > 0 && values.every((value) => isScalar(value))) {
    return (value) => value !== undefined && !values.includes(value);
  }
  const [operator, inner] = singleOperator(operand, known, path);
  const options = Array.isArray(inner) ? (inner as unknown[]) : [inner];
  const tests = options.map((option) => textTest(operator, option, `${path}.${operator}`));
  return (value) => value !== undefined && !tests.some((test) => test(value));
}

function textTest(operator: Operator, operand: unknown, at: string): Test {
  if (isObject(operand) && (operator === 'prefix' || operator === 'suffix')) {
    const [, folded] = singleOperator(operand, ['equals-ignore-case'], at);
    if (typeof folded !== 'string') throw wrong(at, folded, 'a string');
    const test = textTest(operator, folded.toLowerCase(), at);
    return (value) => typeof value === 'string' && test(value.toLowerCase());
  }
  if (typeof operand !== 'string') throw wrong(at, operand, 'a string');
  switch (operator) {
    case 'prefix':
      return (value) => typeof value === 'string' && value.startsWith(operand);
    case 'suffix':
      return (value) => typeof value === 'string' && value.endsWith(operand);
    case 'wildcard':
      return wildcard(operand, at);
    case 'equals-ignore-case': {
      const folded = operand.toLowerCase();
      return (value) => typeof value === 'string' && value.toLowerCase() === folded;
    }
    case 'anything-but':
    case 'cidr':
    case 'exists':
    case 'numeric':
      throw wrong(at, operator, 'an operator on text');
  }
}

/** `*` is any text, `\*` a star, `\\` a backslash. Walks the parts in order: no regular expression that could explode. */
function wildcard(operand: string, at: string): Test {
  const parts = [''];
  for (const [token] of operand.matchAll(/\\[*\\]|[^]/gu)) {
    if (token === '*') parts.push('');
    else parts[parts.length - 1] += token.length > 1 && token.startsWith('\\') ? token.slice(1) : token;
  }
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.slice(1, -1).includes('')) throw wrong(at, operand, 'no two wildcards side by side');
  if (parts.length === 1) return (value) => value === first;
  return (value) => {
    if (typeof value !== 'string' || value.length < first.length + last.length) return false;
    if (!value.startsWith(first) || !value.endsWith(last)) return false;
    const endsAt = value.length - last.length;
    let from = first.length;
    for (const part of parts.slice(1, -1)) {
      const found = value.indexOf(part, from);
      if (found < 0 || found + part.length > endsAt) return false;
      from = found + part.length;
    }
    return true;
  };
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function numeric(operand: unknown, at: string): Test {
  const expected = 'pairs of =, <, <=, >, >= and a number';
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 !== 0)
    throw wrong(at, operand, expected);
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < operand.length; index += 2) {
    const sign: unknown = operand[index];
    const bound: unknown = operand[index + 1];
    const compare =
      typeof sign === 'string' && Object.hasOwn(COMPARISONS, sign) ? COMPARISONS[sign] : undefined;
    if (compare === undefined || typeof bound !== 'number') throw wrong(at, operand, expected);
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function cidr(operand: unknown, at: string): Test {
  const match = typeof operand === 'string' ? /^(.+)\/(\d{1,3})$/.exec(operand) : null;
  const network = match?.[1] ?? '';
  const bits = Number(match?.[2]);
  const version = isIP(network);
  if (version === 0 || bits > (version === 4 ? 32 : 128))
    throw wrong(at, operand, 'a CIDR such as 10.0.0.0/24');
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const range = new BlockList();
  range.addSubnet(network, bits, family);
  return (value) => typeof value === 'string' && isIP(value) === version && range.check(value, family);
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(at: string, found: unknown, expected: string): Error {
  return new Error(`${at}: found ${JSON.stringify(found)}, expected ${expected}.`);
}
