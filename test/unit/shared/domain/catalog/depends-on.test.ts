import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dependencyCycles } from '../../../../../shared/domain/catalog/depends-on.ts';

const cycles = (needs: Record<string, string[]>) => dependencyCycles(new Map(Object.entries(needs)));

describe('dependencyCycles', () => {
  test.each([
    ['none', { a: ['b'], b: ['c'], c: [] }, []],
    ['a diamond is no circle', { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }, []],
    ['itself', { a: ['a'] }, [['a', 'a']]],
    ['two', { a: ['b'], b: ['a'] }, [['a', 'b', 'a']]],
    ['three, entered from outside', { x: ['a'], a: ['b'], b: ['c'], c: ['a'] }, [['a', 'b', 'c', 'a']]],
    [
      'two apart',
      { a: ['b'], b: ['a'], c: ['c'] },
      [
        ['a', 'b', 'a'],
        ['c', 'c'],
      ],
    ],
    ['names that are not there', { a: ['ghost'] }, []],
  ])('%s', (_, needs, expected) => {
    expect(cycles(needs)).toEqual(expected);
  });

  test('each is a walk along the arrows, and there is one exactly if no order exists', () => {
    const graph = fc.array(fc.uniqueArray(fc.nat(7), { maxLength: 3 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(graph, (edges) => {
        const needs = Object.fromEntries(edges.map((to, from) => [`s${from}`, to.map((one) => `s${one}`)]));
        const found = cycles(needs);
        for (const cycle of found) {
          expect(cycle[0]).toBe(cycle.at(-1));
          for (const [index, name] of cycle.slice(0, -1).entries())
            expect(needs[name]).toContain(cycle[index + 1]);
        }
        expect(found.length === 0).toBe(hasOrder(needs));
      }),
    );
  });
});

/** Kahn's algorithm: takes away what needs nothing until nothing is left or nothing can be taken. */
function hasOrder(needs: Record<string, string[]>): boolean {
  const left = new Map(Object.entries(needs));
  for (;;) {
    const free = [...left].filter(([, to]) => to.every((name) => !left.has(name)));
    if (free.length === 0) return left.size === 0;
    for (const [name] of free) left.delete(name);
  }
}
