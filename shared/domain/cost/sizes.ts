import type { CompiledSystem } from '../catalog/compiled.ts';
import { EVERY_METRIC } from '../collection/wanted-metrics.ts';

/** What one sweep of a system sends. */
export interface SweepSize {
  readonly how: 'measured' | 'assumed';
  readonly targets: number;
  readonly points: number;
  /** OTLP bodies before compression. */
  readonly bytes: number;
  /** What it would be, were everything sent that targets tell. */
  readonly everything: { readonly points: number; readonly bytes: number };
  /** Series by metric; of other metrics {@link SweepSize.otherSeries} is taken. */
  readonly series: Readonly<Record<string, number>>;
  readonly otherSeries: number;
}

/**
 * As `homeostat cost --measure` found it on 2026-11-25 of the services of `examples/quickstart`, which have
 * Node's own metrics and two of requests: 283 points of 88,265 bytes from two targets.
 */
const POINTS_A_TARGET = 136;
/** Of these Homeostat makes so many itself (scrape-points.ts). */
const OWN_POINTS_A_TARGET = 5;
const BYTES_A_POINT = 312;
/** A counter by status, a histogram's buckets: between one and a few dozen. */
const SERIES_A_METRIC_AND_TARGET = 10;
const POINTS_A_PROBE = 4;
const HEARTBEAT_POINTS = 2;

/**
 * The size that is taken when nothing was measured. A service whose targets are tasks counts as one target,
 * as does each name in DNS; one without `scrape` as none.
 */
export function assumedSize({ services, collection }: CompiledSystem): SweepSize {
  const all = Object.values(services);
  const targets = all.reduce((sum, { scrape }) => sum + (scrape === undefined ? 0 : urlsOf(scrape)), 0);
  const probes = all.filter(({ health }) => health !== undefined).length;
  const rest = probes * POINTS_A_PROBE + HEARTBEAT_POINTS;
  const pointsATarget = OWN_POINTS_A_TARGET + readOfATarget(collection.metrics);
  const sized = (perTarget: number) => {
    const points = targets * perTarget + rest;
    return { points, bytes: points * BYTES_A_POINT };
  };
  return {
    how: 'assumed',
    targets,
    ...sized(pointsATarget),
    everything: sized(POINTS_A_TARGET),
    series: { up: targets, probe_success: probes },
    otherSeries: targets * SERIES_A_METRIC_AND_TARGET,
  };
}

/** Samples that anything reads of a target. */
function readOfATarget(metrics: readonly string[]): number {
  const most = POINTS_A_TARGET - OWN_POINTS_A_TARGET;
  if (metrics.includes(EVERY_METRIC)) return most;
  const own = metrics.filter((metric) => !OWN_METRICS.test(metric));
  return Math.min(most, own.length * SERIES_A_METRIC_AND_TARGET);
}

/** What Homeostat makes, and what a process has one of. */
const OWN_METRICS = /^(?:up$|probe_|scrape_|homeostat_|process_)/;

function urlsOf(scrape: NonNullable<CompiledSystem['services'][string]['scrape']>): number {
  if (scrape.kind === 'static') return scrape.urls.length;
  return scrape.kind === 'dns' ? scrape.names.length : 1;
}
