import { expectedLabels } from '../../expected-labels.ts';
import { ABSENT } from '../block.ts';
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
