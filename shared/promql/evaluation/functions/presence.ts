import { matchersOf, unwrap, type Expr } from '../../ast.ts';
import type { Labels } from '../../matching.ts';
import { ABSENT } from '../block.ts';
import { METRIC_NAME } from '../label-set.ts';
import { forEachWindow } from '../ranges.ts';
import type { VectorValue } from '../value.ts';
import { argumentOf, singleRow, type Implementations, type Invocation } from './invocation.ts';

/** Functions that tell that nothing is there. */
export const PRESENCE: Implementations = {
  absent: (invocation) => {
    const present = new Uint8Array(invocation.scope.steps.count);
    for (const block of invocation.vector(0)) {
      for (let cell = 0; cell < block.rows * block.width; cell++)
        if (block.kinds[cell] !== ABSENT) present[cell % block.width] = 1;
    }
    return unless(present, invocation);
  },
  absent_over_time: (invocation) => {
    const present = new Uint8Array(invocation.scope.steps.count);
    const ranges = invocation.ranges(0);
    for (const series of ranges.series) forEachWindow(series, ranges, ({ step }) => (present[step] = 1));
    return unless(present, invocation);
  },
};

function unless(present: Uint8Array, { call, scope }: Invocation): VectorValue {
  return singleRow(expectedLabels(argumentOf(call, 0)), scope, (step) =>
    present[step] === 1 ? undefined : 1,
  );
}

/**
 * The labels that an absent series would have had: those that its selector fixes by `=`, unless a later matcher is
 * about the same label.
 */
function expectedLabels(expr: Expr): Labels {
  const inner = unwrap(expr);
  const selector = inner.kind === 'matrix' ? inner.selector : inner;
  if (selector.kind !== 'vector') return {};
  const fixed = new Map<string, string>();
  const seen = new Set<string>();
  for (const { name, op, value } of matchersOf(selector)) {
    if (op !== '=' || seen.has(name)) {
      fixed.delete(name);
      continue;
    }
    seen.add(name);
    if (name !== METRIC_NAME && value !== '') fixed.set(name, value);
  }
  return Object.fromEntries(fixed);
}
