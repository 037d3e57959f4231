/** The items in an order that a seed (a whole number) decides: Fisher and Yates with a linear congruence. */
export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const mixed = [...items];
  let state = seed >>> 0;
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    // Constants of Numerical Recipes; the upper bits are the better ones.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other] as Item, mixed[at] as Item];
  }
  return mixed;
}
