import type { CompiledSystem } from '../catalog/compiled.ts';

/** What one sweep of a system sends. */
export interface SweepSize {
  readonly how: 'measured' | 'assumed';
  readonly targets: number;
  readonly points: number;
  /** OTLP bodies before compression. */
  readonly bytes: number;
  /** Series by metric; of other metrics {@link SweepSize.otherSeries} is taken. */
  readonly series: Readonly<Record<string, number>>;
  readonly otherSeries: number;
}

/**
 * As `homeostat cost --measure` found it on 2026-11-25 of the services of `examples/quickstart`, which have
 * Node's own metrics and two of requests: 283 points of 88,265 bytes from two targets.
 */
const POINTS_A_TARGET = 136;
const BYTES_A_POINT = 312;
/** A counter by status, a histogram's buckets: between one and a few dozen. */
const SERIES_A_METRIC_AND_TARGET = 10;
const POINTS_A_PROBE = 4;
const HEARTBEAT_POINTS = 2;

/**
 * The size that is taken when nothing was measured. A service whose targets are tasks counts as one target,
 * one without `scrape` as none.
 */
export function assumedSize({ services }: CompiledSystem): SweepSize {
  const all = Object.values(services);
  const targets = all.reduce((sum, { scrape }) => sum + (scrape === undefined ? 0 : urlsOf(scrape)), 0);
  const probes = all.filter(({ health }) => health !== undefined).length;
  const points = targets * POINTS_A_TARGET + probes * POINTS_A_PROBE + HEARTBEAT_POINTS;
  return {
    how: 'assumed',
    targets,
    points,
    bytes: points * BYTES_A_POINT,
    series: { up: targets, probe_success: probes },
    otherSeries: targets * SERIES_A_METRIC_AND_TARGET,
  };
}

function urlsOf(scrape: NonNullable<CompiledSystem['services'][string]['scrape']>): number {
  return scrape.kind === 'static' ? scrape.urls.length : 1;
}
