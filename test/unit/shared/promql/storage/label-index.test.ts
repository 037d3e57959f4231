import { expect, test } from 'vitest';
import type { Matcher } from '../../../../../shared/promql/ast.ts';
import { LabelIndex } from '../../../../../shared/promql/storage/label-index.ts';

const equal = (name: string, value: string): Matcher => ({ name, op: '=', value });

/** A hundred series of one metric, ten instances with ten paths each. */
function anIndex() {
  const index = new LabelIndex<{ readonly labels: Record<string, string>; asked: number }>();
  for (let at = 0; at < 100; at++) {
    const one = { asked: 0 };
    const labels = { __name__: 'up', instance: `i${at % 10}`, path: `p${Math.floor(at / 10)}` };
    index.add(
      Object.defineProperty(one, 'labels', {
        get: () => {
          one.asked += 1;
          return labels;
        },
      }) as typeof one & { readonly labels: typeof labels },
    );
  }
  return index;
}

test('what one label leaves is looked at, not the whole metric', () => {
  const index = anIndex();
  const query = [
    equal('__name__', 'up'),
    equal('instance', 'i3'),
    { name: 'path', op: '!=', value: 'p0' },
  ] as const;
  expect([...index.select(query)]).toHaveLength(9);
  const before = [...index.all()].map(({ asked }) => asked);
  expect([...index.select(query)]).toHaveLength(9);
  const looked = [...index.all()].filter(({ asked }, at) => asked > (before[at] ?? 0));
  expect(looked).toHaveLength(10);
});

test('what was removed is not found by any label, and a name without series is gone', () => {
  const index = anIndex();
  const query = [equal('__name__', 'up'), equal('instance', 'i3')];
  expect([...index.select(query)]).toHaveLength(10);
  expect(index.removeWhere(({ labels }) => labels['path'] === 'p4')).toEqual([]);
  expect([...index.select(query)]).toHaveLength(9);
  expect(index.removeWhere(() => true)).toEqual(['up']);
  expect([...index.select(query)]).toEqual([]);
});
