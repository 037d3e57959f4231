import type { CompiledService } from '../../shared/domain/catalog/compiled.ts';
import { judgeHealth } from '../../shared/domain/collection/health.ts';
import type { SeriesPoint } from '../../shared/domain/collection/point.ts';
import { probePoints } from '../../shared/domain/collection/probe-points.ts';
import { instanceOf } from '../../shared/domain/collection/targets.ts';
import { askTarget } from './ask-target.ts';
import type { SweepDeps, Watch } from './collect-deps.ts';

/** What a health page may be long; of a longer one the beginning is read. */
const MAX_BYTES = 64 * 1024;

/** Asks a service's health URL once; no answer is an unhealthy service, never an error (M6). */
export async function probeHealth(
  deps: SweepDeps,
  watch: Watch,
  service: CompiledService,
): Promise<readonly SeriesPoint[]> {
  if (service.health === undefined) return [];
  const { url, timeoutS } = service.health;
  const atMs = deps.clock.nowMs();
  const answer = await askTarget(deps.get, {
    url,
    headers: {
      accept: 'application/json,*/*;q=0.5',
      'accept-encoding': 'identity',
      'user-agent': 'homeostat',
    },
    timeoutMs: timeoutS * 1_000,
    maxBytes: MAX_BYTES,
    whenLarger: 'cut',
  });
  const durationS = (deps.clock.nowMs() - atMs) / 1_000;
  const verdict = answer.ok ? judgeHealth(answer) : undefined;
  const trouble = answer.ok ? verdict?.because : `${answer.reason}: ${answer.detail}`;
  const isWell = verdict?.health === 'healthy';
  if (watch.memory.isNews(`probe ${service.service}`, isWell ? undefined : trouble)) {
    const fields = { system: watch.system.system, service: service.service, url, because: trouble };
    if (isWell) deps.log.info('The health URL says healthy again', fields);
    else
      deps.log.warn('A health URL does not say healthy', {
        ...fields,
        health: verdict?.health ?? 'no answer',
      });
  }
  const isSuccess = answer.ok && answer.status >= 200 && answer.status <= 299;
  const job = service.service;
  return probePoints({ job, instance: instanceOf(url) ?? url, atMs, durationS }, isSuccess, verdict);
}
