import type { FormValue } from './decode-query.ts';

/**
 * Gives the flattened lists and maps of a Query request the names and shapes that they have in every other
 * protocol: `AttributeName: ['All']` becomes `AttributeNames: ['All']`, `Attribute: [{ Name, Value }]`
 * becomes `Attributes: { name: value }`.
 *
 * @param flatNames the name of a member, and of its items on the wire
 */
export function unflatten(input: FormValue, flatNames: Readonly<Record<string, string>>): FormValue {
  if (typeof input === 'string') return input;
  if (Array.isArray(input)) return input.map((item) => unflatten(item, flatNames));
  const memberOf = new Map(Object.entries(flatNames).map(([member, wire]) => [wire, member]));
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const member = memberOf.get(name);
      const inner = unflatten(value, flatNames);
      return member === undefined ? [name, inner] : [member, asMap(inner)];
    }),
  );
}

/** A list of names with values is a map; any other list stays one. */
function asMap(value: FormValue): FormValue {
  if (!Array.isArray(value)) return value;
  const pairs = value.flatMap((item) =>
    typeof item === 'object' && !Array.isArray(item) && typeof item['Name'] === 'string'
      ? [[item['Name'], item['Value'] ?? ''] as const]
      : [],
  );
  return pairs.length === value.length ? Object.fromEntries(pairs) : value;
}
