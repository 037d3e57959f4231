import { expect, test } from 'vitest';
import { instantQuery } from '../../../../local/cloudwatch/promql.ts';
import { MemoryStore } from '../../../../shared/promql/storage/memory-store.ts';

test('a query that takes 20 s is given up, as in CloudWatch; one that does not is answered', () => {
  const store = new MemoryStore();
  for (let series = 0; series < 100; series++) store.put({ __name__: 'up', i: String(series) }, 0, 1);
  let nowMs = 0;
  const query = instantQuery(store, undefined, () => (nowMs += 1_000));
  expect(query('vector(1)', 0)).toHaveLength(1);
  expect(() => query('sum(up)', 0)).toThrow('the query took 20 s');
});
