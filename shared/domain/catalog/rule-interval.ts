import { formatDurationS } from './duration.ts';

/** Prometheus' own default (`evaluation_interval`). */
const DEFAULT_S = 60;
/** CloudWatch takes an EvaluationInterval of 10 to 3,600 s: 10, 20, 30 or a multiple of 60. */
const LARGEST_S = 3600;

export interface EvaluationInterval {
  readonly everyS: number;
  /** Set when the group asks for what CloudWatch does not offer. */
  readonly problem?: { readonly severity: 'error' | 'warning'; readonly message: string };
}

/** The interval that CloudWatch evaluates a group at: what it asks for, or the next longer one on offer. */
export function evaluationInterval(intervalS: number | undefined): EvaluationInterval {
  // Prometheus takes 0 for "not given".
  const askedS = intervalS === undefined || intervalS === 0 ? DEFAULT_S : intervalS;
  const offered = 'CloudWatch evaluates every 10s, 20s, 30s or whole minutes up to 1h';
  if (askedS > LARGEST_S) {
    const message = `found ${formatDurationS(Math.ceil(askedS))}, expected at most 1h; ${offered}`;
    return { everyS: LARGEST_S, problem: { severity: 'error', message } };
  }
  const everyS = [10, 20, 30].find((offer) => askedS <= offer) ?? Math.ceil(askedS / 60) * 60;
  if (everyS === askedS) return { everyS };
  const message = `${askedS}s becomes ${formatDurationS(everyS)}; ${offered}`;
  return { everyS, problem: { severity: 'warning', message } };
}
