import { ASSUMPTIONS, type Assumption } from './assumptions.ts';
import { checkAbsent } from './check-absent.ts';
import { checkAlarm } from './check-alarm.ts';
import { checkBuckets } from './check-buckets.ts';
import { checkCounter } from './check-counter.ts';
import { checkExecution } from './check-execution.ts';
import { checkPage } from './check-page.ts';
import { checkRepeats } from './check-repeats.ts';
import { checkRules } from './check-rules.ts';
import { checkSubscriptions } from './check-subscriptions.ts';
import { checkTime } from './check-time.ts';
import { checkVisibility } from './check-visibility.ts';
import type { Check, Doctor } from './doctor.ts';
import type { Finding } from './finding.ts';

export const CHECKS: readonly Check[] = [
  checkSubscriptions,
  checkPage,
  checkVisibility,
  checkTime,
  checkAbsent,
  checkCounter,
  checkBuckets,
  checkRepeats,
  checkRules,
  checkExecution,
  checkAlarm,
];

/** A row of the answer: what is assumed, and what became of it. */
export interface Row extends Finding {
  readonly expected: string;
}

/**
 * Tries everything that can be tried, all checks at once, because on AWS each of them waits for minutes.
 *
 * @returns a row for every assumption, in the order of the page
 * @throws what the signal was aborted with
 */
export async function examine(doctor: Doctor, checks: readonly Check[] = CHECKS): Promise<Row[]> {
  const attempts = await Promise.allSettled(checks.map((check) => attempt(doctor, check)));
  // Only when nothing is under way any more: a check that goes on would make what has just been removed.
  doctor.signal.throwIfAborted();
  const findings = attempts.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  return ASSUMPTIONS.map((assumption) => rowOf(assumption, findings));
}

async function attempt(doctor: Doctor, check: Check): Promise<readonly Finding[]> {
  doctor.tell(check.says);
  try {
    return await check.run(doctor);
  } catch (error) {
    const seen = error instanceof Error ? error.message : String(error);
    return check.ids.map((id) => ({ id, verdict: 'not seen', seen }));
  }
}

function rowOf({ id, expected, notTried }: Assumption, findings: readonly Finding[]): Row {
  const finding = findings.find((one) => one.id === id);
  if (finding !== undefined) return { ...finding, expected };
  return { id, expected, verdict: 'not tried', seen: notTried ?? 'no check tried it' };
}
