import { keyOf, showLabels } from '../../../promql/evaluation/label-set.ts';
import { formatDurationS } from '../../catalog/duration.ts';
import { difference } from './difference.ts';
import type { AlertTest } from './schema.ts';

/** An alert as far as a test sees it. */
export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Holds the alerts that fire against those that a test expects; nothing if they are the same. */
export function compareAlerts(
  { alertname, eval_time: timeS, exp_alerts: expected }: AlertTest,
  firing: readonly FiringAlert[],
): string[] {
  const wanted = (expected ?? []).map(({ exp_labels: labels, exp_annotations: annotations }) =>
    told({ labels: { ...labels, alertname }, annotations }),
  );
  const lines = difference(wanted, firing.map(told));
  return lines.length === 0
    ? []
    : [[`alertname: ${alertname}, time: ${formatDurationS(timeS)}`, ...lines].join('\n')];
}

function told({ labels, annotations }: FiringAlert): string {
  const notes = keyOf(annotations) === '' ? '' : ` annotations ${showLabels(annotations)}`;
  return `${showLabels(labels)}${notes}`;
}
