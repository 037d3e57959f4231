import type { Expr } from '../../promql/ast.ts';
import { check } from '../../promql/check.ts';
import { evaluateRange, PromqlEvaluationError, type EvaluationOptions } from '../../promql/evaluate.ts';
import type { SeriesSource } from '../../promql/series-source.ts';
import { contributorId, stepContributors, type Attributes, type Contributor } from '../alert/contributors.ts';
import type { CompiledRule } from '../catalog/compiled.ts';

/** One change of one series of a rule's alarm. */
export interface Transition {
  readonly atMs: number;
  readonly attributes: Attributes;
  readonly value: 'ALARM' | 'OK';
}

export type AlertHistory =
  | { readonly ok: true; readonly transitions: readonly Transition[] }
  | { readonly ok: false; readonly reason: string };

/** The time that is looked at; both ends are. */
export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A range query gives at most 11,000 points a series. */
const STEPS_AT_ONCE = 10_000;

/**
 * When the alarm of a rule would have changed, had it been evaluated over recorded series: the same query, interval,
 * pending and recovery period.
 */
export function alertHistory(
  rule: CompiledRule,
  source: SeriesSource,
  { fromMs, toMs }: Period,
  options: EvaluationOptions = {},
): AlertHistory {
  const checked = check(rule.query);
  if (!checked.ok) return { ok: false, reason: checked.errors.map(({ message }) => message).join('; ') };
  const stepMs = rule.everyS * 1_000;
  const transitions: Transition[] = [];
  let contributors: readonly Contributor[] = [];
  let lastMs: number | undefined;
  try {
    for (let startMs = fromMs; startMs <= toMs; startMs += STEPS_AT_ONCE * stepMs) {
      const endMs = Math.min(toMs, startMs + (STEPS_AT_ONCE - 1) * stepMs);
      const present = presentAt(checked.expr, source, { startMs, endMs, stepMs }, options);
      for (let nowMs = startMs; nowMs <= endMs; nowMs += stepMs) {
        const now = present.get(nowMs) ?? NOBODY;
        // Nothing was there and nothing is: nothing changes.
        if (now.size > 0 || contributors.length > 0) {
          const timing = { pendingS: rule.pendingS, recoveryS: rule.recoveryS, intervalS: rule.everyS };
          const step = stepContributors(contributors, now, timing, { nowMs, lastMs });
          contributors = step.contributors;
          transitions.push(
            ...step.changes.map(({ attributes, to }) => ({ atMs: nowMs, attributes, value: to })),
          );
        }
        lastMs = nowMs;
      }
    }
  } catch (error) {
    if (!(error instanceof PromqlEvaluationError)) throw error;
    return { ok: false, reason: error.message };
  }
  return { ok: true, transitions };
}

type Present = ReadonlyMap<string, Attributes>;
const NOBODY: Present = new Map();

/** The series that the query returns, by contributor, at each step at which there are any. */
function presentAt(
  expr: Expr,
  source: SeriesSource,
  times: { readonly startMs: number; readonly endMs: number; readonly stepMs: number },
  options: EvaluationOptions,
): Map<number, Map<string, Attributes>> {
  const present = new Map<number, Map<string, Attributes>>();
  for (const { labels, timesMs } of evaluateRange(expr, source, times, options).series) {
    const id = contributorId(labels);
    for (const atMs of Array.from(timesMs)) {
      const now = present.get(atMs) ?? new Map<string, Attributes>();
      present.set(atMs, now);
      now.set(id, labels);
    }
  }
  return present;
}
