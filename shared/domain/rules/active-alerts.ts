import { keyOf, METRIC_NAME, omit, withLabel } from '../../promql/evaluation/label-set.ts';
import type { Sample } from '../../promql/evaluate.ts';
import type { Labels } from '../../promql/matching.ts';
import type { AlertingRule } from './rule-group.ts';
import { expandTemplate, type AlertData } from '../template/expand.ts';

/** One alert of a rule while it is active. */
export interface ActiveAlert {
  /** Those of the result without its name, the rule's over them, and `alertname`. */
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
  readonly value: number;
  /** When its condition became true. */
  readonly activeSinceMs: number;
  /** When it began to fire. */
  readonly firingSinceMs?: number;
  /** Since when its condition is no longer true, while it is kept firing. */
  readonly keptSinceMs?: number;
}

/** A rule that cannot be evaluated at one time. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
}

/** What templates are filled in with besides the result itself. */
export type TemplateSurroundings = Pick<AlertData, 'externalLabels' | 'externalUrl' | 'query'>;

/**
 * The alerts of a rule after one evaluation, by their labels: new ones are pending until their condition was true
 * for `for`, and an alert that fires is kept for `keep_firing_for` after it is not.
 *
 * @throws RuleError if two results are the same alert
 */
export function nextAlerts(
  rule: AlertingRule,
  before: ReadonlyMap<string, ActiveAlert>,
  results: readonly Sample[],
  nowMs: number,
  surroundings: TemplateSurroundings,
): Map<string, ActiveAlert> {
  const next = new Map<string, ActiveAlert>();
  for (const result of results) {
    const { labels, annotations } = filledIn(rule, result, surroundings);
    const key = keyOf(labels);
    if (next.has(key))
      throw new RuleError('vector contains metrics with the same labelset after applying alert labels');
    const known = before.get(key);
    const activeSinceMs = known?.activeSinceMs ?? nowMs;
    const isFiring = known?.state === 'firing' || nowMs - activeSinceMs >= rule.forMs;
    next.set(key, {
      labels,
      annotations,
      value: result.value,
      activeSinceMs,
      state: isFiring ? 'firing' : 'pending',
      ...(isFiring ? { firingSinceMs: known?.firingSinceMs ?? nowMs } : {}),
    });
  }
  for (const [key, known] of before) {
    if (next.has(key) || known.state !== 'firing') continue;
    const keptSinceMs = known.keptSinceMs ?? nowMs;
    if (nowMs - keptSinceMs < rule.keepFiringForMs) next.set(key, { ...known, keptSinceMs });
  }
  return next;
}

function filledIn(rule: AlertingRule, result: Sample, surroundings: TemplateSurroundings) {
  const data: AlertData = { ...surroundings, labels: result.labels, value: result.value };
  const fill = (texts: Readonly<Record<string, string>>): [string, string][] =>
    Object.entries(texts).map(([name, text]) => [name, expandTemplate(text, data)]);
  let labels: Labels = omit(result.labels, new Set([METRIC_NAME]));
  for (const [name, value] of fill(rule.labels)) labels = withLabel(labels, name, value);
  return {
    labels: withLabel(labels, 'alertname', rule.name),
    annotations: Object.fromEntries(fill(rule.annotations)),
  };
}
