import * as z from 'zod';
import { AwsError } from '../kernel/service.ts';
import type { MetricId, StatisticSet } from './classic-metrics.ts';

const Finite = z.coerce.number();
/** Seconds since the epoch in AWS JSON, an ISO time in the Query protocol. */
const Timestamp = z.union([z.number(), z.string()]).transform((value, context) => {
  const atMs = Number.isFinite(Number(value)) ? Number(value) * 1000 : Date.parse(String(value));
  if (!Number.isNaN(atMs)) return atMs;
  context.addIssue({ code: 'custom', message: `"${value}" is no timestamp` });
  return z.NEVER;
});

const Datum = z.object({
  MetricName: z.string().min(1).max(255),
  Dimensions: z
    .array(z.object({ Name: z.string().min(1), Value: z.string().min(1) }))
    .max(30)
    .default([]),
  Timestamp: Timestamp.optional(),
  Value: Finite.optional(),
  StatisticValues: z
    .object({ SampleCount: Finite.positive(), Sum: Finite, Minimum: Finite, Maximum: Finite })
    .optional(),
  Values: z.array(Finite).max(150).optional(),
  Counts: z.array(Finite.positive()).max(150).optional(),
  Unit: z.string().default('None'),
});
type Datum = z.infer<typeof Datum>;

const Input = z.object({
  Namespace: z.string().min(1).max(255),
  MetricData: z.array(Datum).min(1).max(1000),
});

/** CloudWatch takes datapoints from two weeks back to two hours ahead. */
const MAX_PAST_MS = 14 * 86_400_000;
const MAX_FUTURE_MS = 2 * 3_600_000;

export interface MetricPut {
  readonly metric: MetricId;
  readonly unit: string;
  readonly atMs: number;
  readonly values: StatisticSet;
}

/**
 * Reads the input of PutMetricData; a datum without a timestamp is of now.
 *
 * @throws AwsError InvalidParameterValue for the first datum that is wrong: then none is taken
 */
export function readMetricData(input: unknown, nowMs: number): MetricPut[] {
  const read = Input.safeParse(input);
  if (!read.success) throw invalid(z.prettifyError(read.error));
  const namespace = read.data.Namespace;
  if (namespace.startsWith('AWS/')) throw invalid('Namespaces that begin with AWS/ belong to AWS services.');
  return read.data.MetricData.map((datum) => {
    const atMs = datum.Timestamp ?? nowMs;
    if (atMs < nowMs - MAX_PAST_MS || atMs > nowMs + MAX_FUTURE_MS) {
      throw invalid(`${datum.MetricName}: the timestamp is over two weeks old or over two hours ahead.`);
    }
    const dimensions = Object.fromEntries(datum.Dimensions.map(({ Name, Value }) => [Name, Value]));
    const metric = { namespace, name: datum.MetricName, dimensions };
    return { metric, unit: datum.Unit, atMs, values: valuesOf(datum) };
  });
}

function valuesOf(datum: Datum): StatisticSet {
  const given = [datum.Value, datum.StatisticValues, datum.Values].filter((value) => value !== undefined);
  if (given.length !== 1) {
    throw invalid(`${datum.MetricName}: give exactly one of Value, Values and StatisticValues.`);
  }
  const set = datum.StatisticValues;
  if (set !== undefined) {
    return { count: set.SampleCount, sum: set.Sum, minimum: set.Minimum, maximum: set.Maximum };
  }
  const values = datum.Values ?? [datum.Value ?? 0];
  const counts = datum.Counts ?? values.map(() => 1);
  if (values.length === 0 || counts.length !== values.length) {
    throw invalid(
      `${datum.MetricName}: ${values.length} Values and ${counts.length} Counts; they go in pairs.`,
    );
  }
  return {
    count: counts.reduce((sum, count) => sum + count, 0),
    sum: values.reduce((sum, value, index) => sum + value * (counts[index] ?? 1), 0),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
  };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message, 400);
}
