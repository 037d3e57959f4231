/**
 * How two lists differ, whatever their order: a line with `-` for each that is expected and missing, with `+` for each
 * that is there and not expected. Nothing if they are the same.
 */
export function difference(expected: readonly string[], found: readonly string[]): string[] {
  const [missing, extra] = [without(expected, found), without(found, expected)];
  if (missing.length === 0 && extra.length === 0) return [];
  return [
    ...missing.sort().map((line) => `  - expected: ${line}`),
    ...extra.sort().map((line) => `  + got:      ${line}`),
    ...(found.length === 0 ? ['  + got nothing'] : []),
  ];
}

/** The elements of one list that are not in another, counted. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return list.filter((one) => {
    const at = left.indexOf(one);
    if (at === -1) return true;
    left.splice(at, 1);
    return false;
  });
}
