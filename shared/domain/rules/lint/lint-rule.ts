import type { Rule } from '../rule-group.ts';
import type { KnownMetrics } from './known-metrics.ts';
import type { Lint, LintFinding } from './lint.ts';
import { lintAlert } from './lint-alert.ts';
import { lintCloudWatch } from './lint-cloudwatch.ts';
import { lintContributors } from './lint-contributors.ts';
import { lintCounters } from './lint-counters.ts';
import { lintDivision } from './lint-division.ts';
import { lintLabels } from './lint-labels.ts';

const LINTS: readonly Lint[] = [
  lintCloudWatch,
  lintCounters,
  lintDivision,
  lintLabels,
  lintContributors,
  lintAlert,
];

/** Everything doubtful about a rule; more with known metrics. */
export function lintRule(rule: Rule, known: KnownMetrics | undefined): LintFinding[] {
  return LINTS.flatMap((lint) => lint(rule, known));
}
