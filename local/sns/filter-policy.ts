import { compilePattern, type Vocabulary } from '../kernel/matching.ts';
import type { MessageAttributes } from '../kernel/message-attributes.ts';

export type FilterScope = 'MessageAttributes' | 'MessageBody';

/** The parts of a message that a filter looks at. */
export interface Filtered {
  readonly message: string;
  readonly attributes: MessageAttributes;
}

const SNS: Vocabulary = {
  operators: ['anything-but', 'cidr', 'equals-ignore-case', 'exists', 'numeric', 'prefix', 'suffix'],
  exceptions: ['prefix', 'suffix'],
};

/** SNS developer guide, "Filter policy constraints". */
const MAX_KEYS = 5;
const MAX_COMBINATIONS = 150;

/**
 * Compiles a filter policy. A message whose body is to be filtered and is no JSON object does not fit.
 *
 * @throws Error naming the place in the policy, and for what SNS itself would refuse: more than five
 * names, more than 150 combinations of values, nested names in a policy on attributes
 */
export function compileFilter(policy: unknown, scope: FilterScope): (message: Filtered) => boolean {
  const matches = compilePattern(policy, SNS, 'FilterPolicy');
  const { keys, combinations, depth } = measure(policy);
  if (keys > MAX_KEYS) {
    throw new Error(`FilterPolicy: found ${keys} names, expected at most ${MAX_KEYS} (a limit of SNS).`);
  }
  if (combinations > MAX_COMBINATIONS) {
    throw new Error(
      `FilterPolicy: found ${combinations} combinations of values, expected at most ${MAX_COMBINATIONS} (a limit of SNS).`,
    );
  }
  if (scope === 'MessageAttributes' && depth > 1) {
    throw new Error(
      'FilterPolicy: found nested names, expected a flat policy for the scope MessageAttributes. Use the scope MessageBody.',
    );
  }
  if (scope === 'MessageAttributes') return ({ attributes }) => matches(valuesOf(attributes));
  return ({ message }) => {
    const body = parseJson(message);
    return typeof body === 'object' && body !== null && !Array.isArray(body) && matches(body);
  };
}

interface Measure {
  readonly keys: number;
  readonly combinations: number;
  readonly depth: number;
}

function measure(policy: unknown): Measure {
  let total: Measure = { keys: 0, combinations: 1, depth: 1 };
  for (const [name, wanted] of Object.entries(policy as object)) {
    const part = name === '$or' && Array.isArray(wanted) ? measureWays(wanted) : measureName(wanted);
    total = {
      keys: total.keys + part.keys,
      combinations: total.combinations * part.combinations,
      depth: Math.max(total.depth, part.depth),
    };
  }
  return total;
}

function measureName(wanted: unknown): Measure {
  if (Array.isArray(wanted)) return { keys: 1, combinations: wanted.length, depth: 1 };
  const inner = measure(wanted);
  return { ...inner, depth: inner.depth + 1 };
}

function measureWays(ways: readonly unknown[]): Measure {
  const measured = ways.map((way) => measure(way));
  return {
    keys: measured.reduce((sum, { keys }) => sum + keys, 0),
    combinations: measured.reduce((sum, { combinations }) => sum + combinations, 0),
    depth: Math.max(...measured.map(({ depth }) => depth)),
  };
}

/** Attributes as values: text, number, or the elements of a `String.Array`. Binary ones cannot be filtered on. */
function valuesOf(attributes: MessageAttributes): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([, { DataType }]) => !DataType.startsWith('Binary'))
      .map(([name, { DataType, StringValue = '' }]) => [name, valueOf(DataType, StringValue)]),
  );
}

function valueOf(dataType: string, value: string): unknown {
  if (dataType.startsWith('Number')) return Number(value);
  return dataType === 'String.Array' ? (parseJson(value) ?? value) : value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
