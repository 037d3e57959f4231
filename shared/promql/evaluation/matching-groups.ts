import type { Binary, VectorMatching } from '../ast.ts';
import { groupingBy, groupingWithout, type Grouping } from './label-set.ts';

export const DEFAULT_MATCHING: VectorMatching = { mode: 'ignoring', labels: [] };

/** What two series must have in common to find each other. */
export function matchingOf(expr: Binary): Grouping {
  const { mode, labels } = expr.matching ?? DEFAULT_MATCHING;
  return mode === 'on' ? groupingBy(labels) : groupingWithout(labels);
}
