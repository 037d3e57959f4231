export interface Ordered {
  /** Each after all that it depends on; otherwise in the order given. Without those of a circle. */
  readonly ordered: readonly string[];
  /** One circle, its first node repeated at the end; undefined if there is none. */
  readonly cycle: readonly string[] | undefined;
}

/** Sorts names so that each comes after its dependencies. Dependencies that are not among the names are ignored. */
export function orderByDependencies(
  names: readonly string[],
  dependenciesOf: (name: string) => Iterable<string>,
): Ordered {
  const known = new Set(names);
  const done = new Set<string>();
  const path: string[] = [];
  let cycle: string[] | undefined;
  const visit = (name: string): void => {
    if (done.has(name) || cycle !== undefined) return;
    const seenAt = path.indexOf(name);
    if (seenAt >= 0) {
      cycle = [...path.slice(seenAt), name];
      return;
    }
    path.push(name);
    for (const dependency of dependenciesOf(name)) if (known.has(dependency)) visit(dependency);
    path.pop();
    if (cycle === undefined) done.add(name);
  };
  for (const name of names) visit(name);
  return { ordered: [...done], cycle };
}
