/** What became of one assumption. */
export type Verdict = 'holds' | 'differs' | 'not seen' | 'not tried';

export interface Finding {
  /** As in the first column of docs/assumptions.md. */
  readonly id: string;
  readonly verdict: Verdict;
  /** What was seen, or why nothing was. */
  readonly seen: string;
}

/** A finding of something that was seen, as it was expected or otherwise. */
export function found(id: string, isAsExpected: boolean, seen: string): Finding {
  return { id, verdict: isAsExpected ? 'holds' : 'differs', seen };
}

export function notTried(id: string, why: string): Finding {
  return { id, verdict: 'not tried', seen: why };
}

/** A span as people say it: `450 ms`, `12.3 s`, `5 min`. */
export function span(ms: number): string {
  if (ms < 1_000) return `${String(Math.round(ms))} ms`;
  if (ms < 120_000) return `${String(Math.round(ms / 100) / 10)} s`;
  return `${String(Math.round(ms / 6_000) / 10)} min`;
}
