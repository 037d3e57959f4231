import { parse } from '../../promql/parse.ts';
import { reads } from '../../promql/rewrite.ts';
import { dashboardQueries } from '../dashboard/dashboard.ts';
import type { CompiledSystem } from './compiled.ts';

/**
 * When a process began: the evidence that a counter which is gone began anew (shared/domain/alert/evidence.ts).
 */
const EVIDENCE = 'process_start_time_seconds';

/**
 * The metrics that anything of a system reads: rules with the recordings that are put into them, objectives, the dashboard, and
 * the evidence of recovery. By name and not by label: evidence takes any series of a metric for a sign of life, so
 * that an alert about `status="500"` can end when only other answers are counted.
 *
 * @param keep what the owner wants besides
 * @returns in order, each once; what Homeostat itself makes (`up`, `probe_success`) may be among them
 */
export function neededMetrics(
  system: Pick<CompiledSystem, 'system' | 'services' | 'rules' | 'dashboard' | 'objectives'>,
  keep: readonly string[],
): string[] {
  const queries = [...system.rules.map(({ query }) => query), ...dashboardQueries(system)];
  return [...new Set([...keep, EVIDENCE, ...queries.flatMap(metricsIn)])].toSorted();
}

function metricsIn(query: string): string[] {
  const parsed = parse(query);
  return parsed.ok ? reads(parsed.expr).flatMap(({ metric }) => metric ?? []) : [];
}
