import type { ScrapeFailure } from '../../shared/domain/collection/failure.ts';
import type { SeriesPoint } from '../../shared/domain/collection/point.ts';
import type { ScrapeRead } from '../../shared/domain/collection/read-scrape.ts';
import { readScrape } from '../../shared/domain/collection/read-scrape.ts';
import { failurePoints, scrapePoints } from '../../shared/domain/collection/scrape-points.ts';
import type { LostTarget, ScrapeTarget } from '../../shared/domain/collection/targets.ts';
import { askTarget } from './ask-target.ts';
import type { SweepDeps, Watch } from './collect-deps.ts';

/** Either text format; protobuf is not asked for. OpenMetrics first: it tells when a counter began, and that nothing was cut off. */
const ACCEPT =
  'application/openmetrics-text;version=1.0.0;charset=utf-8,text/plain;version=0.0.4;charset=utf-8;q=0.5,*/*;q=0.1';

/** Scrapes one target. Whatever it does, points come out: its samples, or `up 0` and the reason. */
export async function scrapeTarget(
  deps: SweepDeps,
  watch: Watch,
  target: ScrapeTarget,
): Promise<readonly SeriesPoint[]> {
  const { timeoutS, maxBytes } = watch.system.collection;
  const atMs = deps.clock.nowMs();
  const answer = await askTarget(deps.get, {
    url: target.url,
    headers: {
      accept: ACCEPT,
      'user-agent': 'homeostat',
      'x-prometheus-scrape-timeout-seconds': String(timeoutS),
    },
    timeoutMs: timeoutS * 1_000,
    maxBytes,
    whenLarger: 'fail',
  });
  const durationS = (deps.clock.nowMs() - atMs) / 1_000;
  const read: ScrapeRead = answer.ok ? readScrape(answer) : answer;
  if (!read.ok) return failed(deps, watch, target, { ...read, atMs, durationS });
  const { points, dropped, seen } = scrapePoints(
    target,
    { ...read, atMs, durationS },
    watch.memory.seenBy(target.url),
    watch.memory.isWanted,
  );
  watch.memory.keepSeen(target.url, seen);
  tell(
    deps,
    watch,
    target,
    dropped === 0 ? undefined : 'some samples cannot be sent: NaN, infinite, doubled or too long',
  );
  return points;
}

/** A target that cannot even be asked. */
export function loseTarget(deps: SweepDeps, watch: Watch, target: LostTarget): readonly SeriesPoint[] {
  return failed(deps, watch, target, { ...target, atMs: deps.clock.nowMs() });
}

interface Target {
  readonly labels?: Readonly<Record<string, string>>;
  readonly job: string;
  readonly instance: string;
  readonly url?: string;
}

interface Failure {
  readonly reason: ScrapeFailure;
  readonly detail: string;
  readonly atMs: number;
  readonly durationS?: number;
}

function failed(deps: SweepDeps, watch: Watch, target: Target, failure: Failure): readonly SeriesPoint[] {
  // What was counted before it went down is needed again when it is back.
  if (target.url !== undefined) watch.memory.keepSeen(target.url, watch.memory.seenBy(target.url));
  tell(deps, watch, target, `${failure.reason}: ${failure.detail}`);
  return failurePoints(target, failure);
}

/** One line when a target's trouble begins or changes, one when it is over. */
function tell(deps: SweepDeps, watch: Watch, target: Target, trouble: string | undefined): void {
  const { job, instance, url } = target;
  if (!watch.memory.isNews(`${job} ${instance}`, trouble)) return;
  const fields = { system: watch.system.system, job, instance, url };
  if (trouble === undefined) deps.log.info('The target answers well again', fields);
  else deps.log.warn('A target is not well', { ...fields, trouble });
}
