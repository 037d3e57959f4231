import { CONDITION_KEYS } from '../kernel/need.ts';
import { readPattern, type Pattern } from './match-text.ts';
import type { Context } from './request.ts';

const VARIABLE = /\$\{([^}]*)\}/;

/** `${*}`, `${?}` and `${$}` stand for the characters themselves. */
const SPECIAL = new Set(['*', '?', '$']);

/**
 * The pattern that a text of a policy stands for, with its variables filled in (IAM user guide, "Policy
 * elements: Variables and tags"): `${aws:PrincipalArn}`, or with a default `${aws:PrincipalArn, 'none'}`.
 *
 * @returns undefined if a variable has neither value nor default, or several values: then nothing matches
 */
export function fillVariables(text: string, context: Context): Pattern | undefined {
  const pieces = text.split(VARIABLE);
  const filled = pieces.map((piece, at) => (at % 2 === 1 ? valueOf(piece, context) : piece));
  return filled.every((piece) => piece !== undefined) ? readPattern(filled) : undefined;
}

function valueOf(inside: string, context: Context): string | undefined {
  if (SPECIAL.has(inside)) return inside;
  const { key, otherwise } = readVariable(inside);
  const values = context.get(key.toLowerCase()) ?? [];
  return values.length === 0 ? otherwise : values.length === 1 ? values[0] : undefined;
}

/** Variables of a text that the cloud has no value for, each as a sentence. */
export function variableProblems(text: string): string[] {
  return [...text.matchAll(new RegExp(VARIABLE, 'g'))].flatMap(([whole, inside = '']) => {
    const isKnown = CONDITION_KEYS.some(
      (key) => key.toLowerCase() === readVariable(inside).key.toLowerCase(),
    );
    return SPECIAL.has(inside) || isKnown
      ? []
      : [`the policy variable ${whole} has no value in the embedded cloud`];
  });
}

function readVariable(inside: string): { readonly key: string; readonly otherwise: string | undefined } {
  const [, key = inside, otherwise] = /^\s*([^,]+?)\s*(?:,\s*'([^']*)'\s*)?$/.exec(inside) ?? [];
  return { key, otherwise };
}
