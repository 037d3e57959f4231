import type { Need } from './needs.ts';

/** Why an eval does not pass: one line, and what differs. */
export interface Failure {
  readonly reason: string;
  readonly expected: readonly string[];
  readonly got: readonly string[];
}

/** How one `eval` went. */
export interface Verdict {
  readonly line: number;
  readonly expr: string;
  readonly needs: readonly Need[];
  /** Undefined when it passed. */
  readonly failure: Failure | undefined;
}

export const failed = (
  reason: string,
  expected: readonly string[] = [],
  got: readonly string[] = [],
): Failure => ({ reason, expected, got });
