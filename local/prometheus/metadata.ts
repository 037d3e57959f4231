import { ApiError } from './api-error.ts';
import type { Answer } from './house-rules.ts';

/** What is known of a metric, in Prometheus' words. */
export interface MetricMetadata {
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly unit: string;
}

/** `metadata`: the type of each metric, as it was told with its samples; of one metric with the parameter `metric`. */
export function metadata(parameters: URLSearchParams, known: ReadonlyMap<string, MetricMetadata>): Answer {
  const limit = numberOf(parameters, 'limit');
  const perMetric = numberOf(parameters, 'limit_per_metric');
  const metric = parameters.get('metric') ?? '';
  const wanted = metric === '' ? [...known] : [...known].filter(([name]) => name === metric);
  const kept = wanted.slice(0, limit);
  return { data: Object.fromEntries(kept.map(([name, one]) => [name, perMetric > 0 ? [one] : []])) };
}

/** Infinity without the parameter; a negative limit is none. */
function numberOf(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? '';
  if (text === '') return Infinity;
  if (!/^[+-]?\d+$/.test(text)) throw new ApiError(`${name} must be a number`);
  return Number(text) < 0 ? Infinity : Number(text);
}
