import type { MetricKind } from './schema.ts';

/** How a system is played: what its services show, and what has to happen for each alert. */
export interface PlayedModel {
  readonly services: Readonly<Record<string, readonly PlayedMetric[]>>;
  /** By the name of the alert. */
  readonly faults: Readonly<Record<string, readonly Change[]>>;
}

export interface PlayedMetric {
  readonly name: string;
  readonly kind: MetricKind;
  readonly help: string;
  /** Upper bounds without +Inf; empty unless a histogram. */
  readonly buckets: readonly number[];
  readonly series: readonly PlayedSeries[];
}

export interface PlayedSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly level: Level;
}

/** What a series does; which keys count depends on the metric's kind. See `schema.ts`. */
export interface Level {
  readonly rate?: number | undefined;
  readonly value?: number | undefined;
  readonly age?: number | undefined;
  readonly median?: number | undefined;
  readonly spread?: number | undefined;
  readonly wobble?: number | undefined;
  readonly swing?: { readonly by: number; readonly every: number } | undefined;
  readonly slope?: number | undefined;
}

export type ProcessFault = 'crash' | 'hang' | 'unhealthy';

export type Change = ProcessChange | MetricChange;

export interface ProcessChange {
  readonly kind: 'process';
  readonly service: string;
  readonly process: ProcessFault;
  readonly healedByRestart: true;
}

export interface MetricChange {
  readonly kind: 'metric';
  readonly service: string;
  readonly metric: string;
  /** Series that have all of these; empty for all. */
  readonly labels: Readonly<Record<string, string>>;
  readonly level: Level;
  readonly isGone: boolean;
  readonly healedByRestart: boolean;
}

/** Whether a change of a metric is about a series. */
export function isAbout(
  change: MetricChange,
  metric: string,
  labels: Readonly<Record<string, string>>,
): boolean {
  return (
    change.metric === metric && Object.entries(change.labels).every(([name, value]) => labels[name] === value)
  );
}
