/**
 * One page of a list in order of its keys; the token is the last key of the page before, so that what comes
 * and goes in between does no harm.
 */
export function pageOf<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  size: number,
  after: string | undefined,
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const sorted = all.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((item) => keyOf(item) > after);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  return { items, next: rest.length > size && last !== undefined ? keyOf(last) : undefined };
}
