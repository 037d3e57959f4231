import fc from 'fast-check';
import { MemoryStore } from '../../../../shared/promql/storage/memory-store.ts';

/** When the expressions are evaluated, epoch milliseconds. */
export const NOW_MS = 600_000;
/** The labels of every series but its name. */
export const LABELS = ['job', 'path', 'le', 'zone'];
export const METRICS = ['a', 'b', 'c', 'd'];
/** Every combination of labels has a series of these; of the last, one or none has a job. */
const FULL = METRICS.slice(0, 3);

/** Every series of a metric has all labels, so that a join finds its partner and hides nothing. */
export const store = ((): MemoryStore => {
  const made = new MemoryStore();
  let value = 1;
  for (const name of FULL)
    for (const job of ['x', 'y'])
      for (const path of ['/1', '/2'])
        for (const le of ['1', '+Inf'])
          for (const zone of ['n', 's'])
            for (const timeMs of [NOW_MS - 120_000, NOW_MS - 60_000, NOW_MS])
              made.put({ __name__: name, job, path, le, zone }, timeMs, (value += 7) % 101);
  made.put({ __name__: 'd', job: 'x', path: '/1', le: '1', zone: 'n' }, NOW_MS, 3);
  made.put({ __name__: 'd', job: 'z', path: '/2', le: '+Inf', zone: 's' }, NOW_MS, 4);
  return made;
})();

const labels = fc.subarray(LABELS);
const selector = fc.constantFrom(...METRICS);

/**
 * Expressions that group, join, label and select series of the store.
 *
 * @param further kinds of expressions that are drawn as well, around smaller ones
 */
export function expressions(
  further: (expr: fc.Arbitrary<string>) => fc.Arbitrary<string>[] = () => [],
): fc.Arbitrary<string> {
  return fc.letrec<{ expr: string }>((tie) => ({ expr: anyOf(tie('expr'), further(tie('expr'))) })).expr;
}

function anyOf(expr: fc.Arbitrary<string>, further: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  const grouping = fc
    .tuple(fc.constantFrom('by', 'without'), labels)
    .map(([mode, names]) => `${mode} (${names.join(',')})`);
  const matching = fc
    .tuple(fc.constantFrom('on', 'ignoring'), labels)
    .map(([mode, names]) => `${mode} (${names.join(',')})`);
  return fc.oneof(
    { maxDepth: 4 },
    selector,
    selector.map((name) => `rate(${name}[5m])`),
    fc
      .tuple(fc.constantFrom('sum', 'max', 'count', 'quantile'), grouping, expr)
      .map(([op, by, inner]) => `${op} ${by} (${op === 'quantile' ? '0.5, ' : ''}${inner})`),
    fc.tuple(grouping, expr).map(([by, inner]) => `count_values ${by} ("zone", ${inner})`),
    fc
      .tuple(expr, fc.constantFrom('+', '>=', '/'), matching, expr)
      .map((parts) => parts.join(' '))
      .map((text) => `(${text})`),
    fc
      .tuple(expr, fc.constantFrom('*', '>='), matching, fc.constantFrom('left', 'right'), labels, expr)
      .map(
        ([l, op, match, side, names, r]) => `(${l} ${op} ${match} group_${side} (${names.join(',')}) ${r})`,
      ),
    fc.tuple(expr, fc.constant('and'), matching, expr).map((parts) => `(${parts.join(' ')})`),
    expr.map((inner) => `label_replace(${inner}, "job", "z$1", "path", "(.*)")`),
    expr.map((inner) => `histogram_quantile(0.9, ${inner})`),
    expr.map((inner) => `max_over_time(${inner === '' ? 'a' : `(${inner})`}[2m:1m])`),
    expr.map((inner) => `(${inner} > scalar(sum(c)))`),
    expr.map((inner) => `-(${inner} * 2)`),
    ...further,
  );
}
