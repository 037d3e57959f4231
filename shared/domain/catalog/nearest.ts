/**
 * The candidate that a misspelt name most likely meant, or undefined if none is near.
 *
 * Near is at most a third of the name's letters changed, added, dropped or swapped with their
 * neighbour (at least one, at most three), letter case ignored. Of two equally near the first wins.
 * Where none is near, the first that begins with the name is taken (`crit` for `critical`).
 */
export function nearest(misspelt: string, candidates: Iterable<string>): string | undefined {
  const known = [...candidates];
  const wanted = misspelt.toLowerCase().slice(0, 200);
  const limit = Math.min(3, Math.max(1, Math.floor(wanted.length / 3)));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of known) {
    const name = candidate.toLowerCase();
    if (Math.abs(name.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, name);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return (
    best ??
    (wanted.length < 2 ? undefined : known.find((candidate) => candidate.toLowerCase().startsWith(wanted)))
  );
}

/** `; did you mean "x"?`, or nothing if no candidate is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const near = nearest(name, candidates);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

/** Like {@link didYouMean}, but where nothing is near it lists what there is (at most 20 names). */
export function hint(name: string, candidates: Iterable<string>): string {
  const known = [...new Set(candidates)];
  const near = didYouMean(name, known);
  if (near !== '') return near;
  if (known.length === 0) return '; there are none';
  return `; expected one of: ${known.slice(0, 20).join(', ')}${known.length > 20 ? ', …' : ''}`;
}

/** Optimal string alignment distance (Damerau 1964): insert, delete, replace, swap neighbours. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      let least = Math.min(at(above, column) + 1, at(current, column - 1) + 1, at(above, column - 1) + cost);
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwap) least = Math.min(least, at(before, column - 2) + 1);
      current.push(least);
    }
    [before, above] = [above, current];
  }
  return at(above, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? 0;
}
