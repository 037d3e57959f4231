import type { Binary, VectorMatching } from '../ast.ts';
import { groupingBy, groupingByOthers, METRIC_NAME, type Grouping } from './label-set.ts';

export const DEFAULT_MATCHING: VectorMatching = { mode: 'ignoring', labels: [] };

/** What two series must have in common to find each other. */
export function matchingOf(expr: Binary): Grouping {
  const { mode, labels } = expr.matching ?? DEFAULT_MATCHING;
  // Series of another type or unit do not match by themselves; of another name they do.
  return mode === 'on' ? groupingBy(labels) : groupingByOthers(new Set([...labels, METRIC_NAME]));
}
