/** Runs a piece of work as soon as there is room for it. */
export type Limiter = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Lets at most `places` pieces of work run at once; the others wait in order. A failure frees its place. */
export function atMost(places: number): Limiter {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
