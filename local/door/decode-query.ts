import { AwsError } from '../kernel/service.ts';

type Tree = { [name: string]: Tree | string };

/** What a form parameter becomes: all leaves are strings. */
export type FormValue = string | FormValue[] | { [name: string]: FormValue };

/** Deeper than any AWS input; keeps a hostile name from nesting without end. */
const MAX_DEPTH = 32;

/**
 * Decodes the form of the AWS Query protocol into nested objects.
 *
 * `A.member.1` and `A.1` become arrays in the order of their numbers; `A.entry.1.key` with `.value` (SNS also
 * writes `Name` and `Value`) becomes an object. An empty list comes over this protocol as `A=`, an empty
 * string. `Action` and `Version` are left out of the input.
 *
 * @throws AwsError `SerializationException` if one name is used as a value and as a structure
 */
export function decodeQuery(form: URLSearchParams): { readonly action: string; readonly input: FormValue } {
  const tree: Tree = Object.create(null) as Tree;
  for (const [name, value] of form) {
    if (name !== 'Action' && name !== 'Version' && !name.startsWith('X-Amz-')) plant(tree, name, value);
  }
  return { action: form.get('Action') ?? '', input: fold(tree) };
}

function plant(tree: Tree, name: string, value: string): void {
  const path = name.split('.');
  if (path.length > MAX_DEPTH) throw clash(name);
  let at = tree;
  for (const [depth, segment] of path.entries()) {
    const there = at[segment];
    if (depth === path.length - 1) {
      if (typeof there === 'object') throw clash(name);
      at[segment] = value;
    } else {
      if (typeof there === 'string') throw clash(name);
      at = there ?? (at[segment] = Object.create(null) as Tree);
    }
  }
}

function fold(tree: Tree | string): FormValue {
  if (typeof tree === 'string') return tree;
  const names = Object.keys(tree);
  const only = names.length === 1 ? names[0] : undefined;
  const inner = only === undefined ? undefined : tree[only];
  if (only === 'member' && typeof inner === 'object' && isList(inner)) return listOf(inner);
  if (only === 'entry' && typeof inner === 'object' && isList(inner)) return mapOf(listOf(inner));
  if (isList(tree)) return listOf(tree);
  return Object.fromEntries(names.map((name) => [name, fold(tree[name] ?? '')]));
}

function isList(tree: Tree): boolean {
  const names = Object.keys(tree);
  return names.length > 0 && names.every((name) => /^[1-9]\d*$/.test(name));
}

function listOf(tree: Tree): FormValue[] {
  return Object.entries(tree)
    .toSorted(([left], [right]) => Number(left) - Number(right))
    .map(([, value]) => fold(value));
}

function mapOf(entries: readonly FormValue[]): FormValue {
  return Object.fromEntries(
    entries.map((entry) => {
      if (typeof entry === 'string' || Array.isArray(entry)) throw clash('entry');
      const key = entry['key'] ?? entry['Name'];
      if (typeof key !== 'string') throw clash('entry');
      return [key, entry['value'] ?? entry['Value'] ?? ''];
    }),
  );
}

function clash(name: string): AwsError {
  return new AwsError(
    'SerializationException',
    `The form parameter "${name}" does not follow the Query protocol (a value and a structure at once, or too deep).`,
  );
}
