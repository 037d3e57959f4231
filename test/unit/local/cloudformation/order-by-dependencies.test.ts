import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderByDependencies } from '../../../../local/cloudformation/order-by-dependencies.ts';

/** Graphs without a circle: a node depends only on nodes with a smaller number. */
const graphs = fc
  .integer({ min: 1, max: 12 })
  .chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_, node) => fc.uniqueArray(fc.nat({ max: Math.max(node - 1, 0) }))),
    ),
  )
  .map((dependencies) => dependencies.map((list, node) => list.filter((other) => other < node).map(String)));

test('each comes after all it depends on, in whatever order they are declared', () => {
  const cases = graphs.chain((graph) =>
    fc.tuple(
      fc.constant(graph),
      fc.shuffledSubarray(
        graph.map((_, node) => String(node)),
        { minLength: graph.length },
      ),
    ),
  );
  fc.assert(
    fc.property(cases, ([graph, names]) => {
      const { ordered, cycle } = orderByDependencies(names, (name) => graph[Number(name)] ?? []);
      expect(cycle).toBeUndefined();
      expect(ordered.toSorted()).toEqual(names.toSorted());
      for (const name of names) {
        for (const other of graph[Number(name)] ?? []) {
          expect(ordered.indexOf(other)).toBeLessThan(ordered.indexOf(name));
        }
      }
    }),
  );
});

test('a circle is named from where it closes', () => {
  const dependencies: Record<string, string[]> = { a: ['b'], b: ['c'], c: ['d', 'b'], d: [] };
  expect(orderByDependencies(Object.keys(dependencies), (name) => dependencies[name] ?? []).cycle).toEqual([
    'b',
    'c',
    'b',
  ]);
});

test('one that depends on itself is a circle; one that is not among the names is ignored', () => {
  expect(orderByDependencies(['a'], () => ['a']).cycle).toEqual(['a', 'a']);
  expect(orderByDependencies(['a'], () => ['elsewhere'])).toEqual({ ordered: ['a'], cycle: undefined });
});
