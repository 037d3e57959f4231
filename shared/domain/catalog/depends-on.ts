/** One circle in the dependencies, from a service back to itself: `[a, b, a]`. */
export type Cycle = readonly string[];

/**
 * Finds the circles among services that need each other. Each circle is given once, beginning with
 * the service that stands first in the catalog; names that are not services are passed over.
 */
export function dependencyCycles(dependsOn: ReadonlyMap<string, readonly string[]>): Cycle[] {
  const cycles: Cycle[] = [];
  const finished = new Set<string>();
  const trail: string[] = [];
  const visit = (service: string): void => {
    const from = trail.indexOf(service);
    if (from >= 0) {
      cycles.push([...trail.slice(from), service]);
      return;
    }
    if (finished.has(service)) return;
    trail.push(service);
    for (const needed of dependsOn.get(service) ?? []) visit(needed);
    trail.pop();
    finished.add(service);
  };
  for (const service of dependsOn.keys()) visit(service);
  return cycles;
}
