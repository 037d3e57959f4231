import { CONDITION_KEYS } from '../kernel/need.ts';
import { matches } from './match-text.ts';
import { fillVariables, variableProblems } from './policy-variables.ts';
import type { Context } from './request.ts';

/** One line of a Condition block: `"ArnEquals": {"aws:SourceArn": [...]}`. */
export interface Condition {
  /** As written: `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Whether a value of the request is what the policy's value says. */
type Comparison = (wanted: string, found: string, context: Context) => boolean;

/** Operators by name, each beside its negation. The rest (dates, IP addresses, binary) is refused. */
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  StringEquals: (wanted, found, context) => plain(wanted, context) === found,
  StringEqualsIgnoreCase: (wanted, found, context) =>
    plain(wanted, context)?.toLowerCase() === found.toLowerCase(),
  StringLike: (wanted, found, context) => isLike(wanted, found, context),
  ArnEquals: isArnLike,
  ArnLike: isArnLike,
  NumericEquals: (wanted, found) => Number(wanted) === Number(found),
  NumericLessThan: (wanted, found) => Number(found) < Number(wanted),
  NumericLessThanEquals: (wanted, found) => Number(found) <= Number(wanted),
  NumericGreaterThan: (wanted, found) => Number(found) > Number(wanted),
  NumericGreaterThanEquals: (wanted, found) => Number(found) >= Number(wanted),
  Bool: (wanted, found) => wanted.toLowerCase() === found.toLowerCase(),
};
const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
};

const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

interface Operator {
  readonly set: string | undefined;
  readonly name: string;
  readonly compare: Comparison | undefined;
  readonly isNegated: boolean;
  readonly ifExists: boolean;
}

function readOperator(text: string): Operator {
  const [, set, name = text, ifExists] = OPERATOR.exec(text) ?? [];
  const positive = Object.hasOwn(NEGATED, name) ? NEGATED[name] : undefined;
  const known = positive ?? name;
  const compare = Object.hasOwn(COMPARISONS, known) ? COMPARISONS[known] : undefined;
  return { set, name, compare, isNegated: positive !== undefined, ifExists: ifExists !== undefined };
}

/** What keeps a condition from being evaluated here, each as a sentence; empty if nothing does. */
export function conditionProblems({ operator, key, values }: Condition): string[] {
  const { name, compare, set, ifExists } = readOperator(operator);
  const isNull = name === 'Null' && set === undefined && !ifExists;
  return [
    ...(compare === undefined && !isNull
      ? [`the condition operator ${operator} is not evaluated by the embedded cloud`]
      : []),
    ...(CONDITION_KEYS.some((known) => known.toLowerCase() === key.toLowerCase())
      ? []
      : [
          `the condition key ${key} has no value in the embedded cloud; known keys: ${CONDITION_KEYS.join(', ')}`,
        ]),
    ...values.flatMap(variableProblems),
    ...((isNull || name === 'Bool') && !values.every((value) => /^(true|false)$/i.test(value))
      ? [`the condition operator ${operator} knows true and false, not ${JSON.stringify(values)}`]
      : []),
    ...(name.startsWith('Numeric') &&
    values.some((value) => value.trim() === '' || Number.isNaN(Number(value)))
      ? [`the condition operator ${operator} compares numbers, not ${JSON.stringify(values)}`]
      : []),
  ];
}

/** Whether several values of this condition are alternatives of each other, so that each is a right of its own. */
export function hasAlternatives({ operator }: Condition): boolean {
  const { set, name, isNegated } = readOperator(operator);
  return set !== 'ForAllValues' && name !== 'Null' && !isNegated;
}

/**
 * Whether a condition is true of a request. Several values are alternatives; for a negated operator none may
 * match. A key that is not there makes a condition false, a negated one true, one with `IfExists` or
 * `ForAllValues` true (IAM user guide, "Condition operators" and "Set operators for multivalued context keys").
 */
export function holds({ operator, key, values }: Condition, context: Context): boolean {
  const { name, compare, set, isNegated, ifExists } = readOperator(operator);
  const found = context.get(key.toLowerCase()) ?? [];
  if (name === 'Null')
    return values.some((value) => (value.toLowerCase() === 'true') === (found.length === 0));
  if (compare === undefined) throw new Error(`The condition operator ${operator} was let through unread.`);
  if (found.length === 0) {
    if (ifExists || set === 'ForAllValues') return true;
    return set === undefined && isNegated;
  }
  const isWanted = (one: string): boolean => values.some((value) => compare(value, one, context));
  if (!isNegated) return set === 'ForAllValues' ? found.every(isWanted) : found.some(isWanted);
  return set === 'ForAnyValue' ? !found.every(isWanted) : !found.some(isWanted);
}

/** The text with its variables filled in; wildcards are ordinary characters here. */
function plain(text: string, context: Context): string | undefined {
  const filled = fillVariables(text, context);
  return filled?.map((token) => (typeof token === 'string' ? token : token.wildcard)).join('');
}

function isLike(wanted: string, found: string, context: Context): boolean {
  const pattern = fillVariables(wanted, context);
  return pattern !== undefined && matches(pattern, found);
}

/** Each of the six parts of an ARN is compared by itself; the last one may hold colons. */
function isArnLike(wanted: string, found: string, context: Context): boolean {
  const pattern = fillVariables(wanted, context);
  if (pattern === undefined) return false;
  const [patterns, parts] = [sixParts(pattern), sixParts(found.split(''))];
  return (
    patterns.length === 6 &&
    parts.length === 6 &&
    patterns.every((part, at) => matches(part, parts[at]?.join('') ?? ''))
  );
}

function sixParts<T>(tokens: readonly T[]): T[][] {
  const parts: T[][] = [[]];
  for (const token of tokens) {
    if (token === ':' && parts.length < 6) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}
