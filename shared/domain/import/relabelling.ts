import type { Path } from '../catalog/problem.ts';
import { listOf, textOf, under, type Notes } from './notes.ts';

/**
 * Notes the relabelling of a job. Homeostat has none: what only names or drops series is left, with the reason.
 *
 * @returns false if the job's targets are other addresses after it, so that the job as it is written would be read wrongly
 */
export function leaveRelabelling(job: unknown, path: Path, notes: Notes): boolean {
  let keepsAddresses = true;
  for (const [index, rule] of listOf(under(job, 'relabel_configs')).entries()) {
    const target = textOf(under(rule, 'target_label')) ?? '';
    const action = (textOf(under(rule, 'action')) ?? 'replace').toLowerCase();
    const at = [...path, 'relabel_configs', index];
    if (target === '__param_target') keepsAddresses = false;
    else if (isOfEcs(rule)) continue;
    else if (target === '__address__') {
      keepsAddresses = false;
      const isProbe = listOf(under(job, 'relabel_configs')).some(
        (other) => textOf(under(other, 'target_label')) === '__param_target',
      );
      notes.leave(
        at,
        'relabelling of __address__',
        'the targets are asked through another address',
        isProbe
          ? 'for a probe of the blackbox exporter, give the service a `health: {url}`: it becomes probe_success'
          : 'name the addresses themselves',
      );
    } else if (action === 'keep' || action === 'drop')
      notes.leave(
        at,
        `relabelling: ${action}`,
        'targets are not chosen by labels',
        'name only those to read',
      );
    else
      notes.leave(
        at,
        `relabelling: ${target === '' ? action : target}`,
        'labels of targets are fixed',
        'give the service `scrape: {labels}`',
      );
  }
  leaveMetricRelabelling(job, path, notes);
  return keepsAddresses;
}

/** Choosing metrics by name loses nothing: only those that a rule or chart reads are sent. */
function leaveMetricRelabelling(job: unknown, path: Path, notes: Notes): void {
  for (const [index, rule] of listOf(under(job, 'metric_relabel_configs')).entries()) {
    const action = (textOf(under(rule, 'action')) ?? 'replace').toLowerCase();
    const source = listOf(under(rule, 'source_labels')).map(textOf);
    if (source.length === 1 && source[0] === '__name__' && (action === 'keep' || action === 'drop')) continue;
    notes.leave(
      [...path, 'metric_relabel_configs', index],
      `metric relabelling: ${action}`,
      'series are sent as targets tell them',
      'use label_replace in the rules that need it',
    );
  }
}

const ECS_SERVICE = new Set(['__meta_ecs_service', '__meta_ecs_service_name']);

function isOfEcs(rule: unknown): boolean {
  const source = listOf(under(rule, 'source_labels')).map(textOf);
  return textOf(under(rule, 'action')) === 'keep' && source.length === 1 && ECS_SERVICE.has(source[0] ?? '');
}

/** The one ECS service that a job keeps of those that are discovered; undefined if it does not name one. */
export function keptEcsService(job: unknown): string | undefined {
  const names = listOf(under(job, 'relabel_configs'))
    .filter(isOfEcs)
    .map((rule) => textOf(under(rule, 'regex')) ?? '');
  const [name = ''] = names;
  return names.length === 1 && /^[A-Za-z0-9_-]+$/.test(name) ? name : undefined;
}
