import type { Rule } from '../rule-group.ts';
import type { KnownMetrics } from './known-metrics.ts';

/** Something in a rule that works and is likely not what its author wants. */
export interface LintFinding {
  /** A short name, by which it can be looked up and switched off. */
  readonly lint: string;
  readonly message: string;
  /** Which part of the rule, and for the expression the index of the character. */
  readonly in: 'expr' | 'for' | 'labels' | 'annotations';
  readonly from: number;
}

/** One kind of doubt about rules. Without known metrics it says only what the rule itself shows. */
export type Lint = (rule: Rule, known: KnownMetrics | undefined) => readonly LintFinding[];
