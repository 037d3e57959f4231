import * as z from 'zod';

/** The part of OTLP's JSON encoding that is read. Names as in opentelemetry/proto/metrics/v1. */
const AnyValue = z
  .object({
    stringValue: z.string().optional(),
    boolValue: z.boolean().optional(),
    // 64-bit integers are strings in JSON; some senders write numbers.
    intValue: z.union([z.string(), z.number()]).optional(),
    doubleValue: z.union([z.number(), z.string()]).optional(),
    arrayValue: z.unknown().optional(),
    kvlistValue: z.unknown().optional(),
    bytesValue: z.string().optional(),
  })
  .transform((any) => {
    const plain = any.stringValue ?? any.boolValue ?? any.intValue ?? any.doubleValue ?? any.bytesValue;
    if (plain !== undefined) return String(plain);
    const nested = any.arrayValue ?? any.kvlistValue;
    return nested === undefined ? '' : JSON.stringify(nested);
  });

const KeyValue = z.object({ key: z.string().min(1), value: AnyValue });
export type KeyValue = z.infer<typeof KeyValue>;

const Attributes = z.array(KeyValue).default([]);

const Nanos = z
  .union([z.string().regex(/^\d+$/), z.number().int().nonnegative()])
  .default('0')
  .transform((text) => BigInt(text));

const DataPoint = z.object({
  attributes: Attributes,
  timeUnixNano: Nanos,
  // `NaN` and `Infinity` are strings in JSON.
  asDouble: z.union([z.number(), z.string()]).transform(Number).optional(),
  asInt: z.union([z.string(), z.number()]).transform(Number).optional(),
  flags: z.number().int().default(0),
});
export type DataPoint = z.infer<typeof DataPoint>;

const Temporality = z
  .union([z.number(), z.string()])
  .default(0)
  .transform((value) => {
    if (value === 2 || value === 'AGGREGATION_TEMPORALITY_CUMULATIVE') return 'cumulative' as const;
    if (value === 1 || value === 'AGGREGATION_TEMPORALITY_DELTA') return 'delta' as const;
    return 'unspecified' as const;
  });

const Points = z.array(DataPoint).default([]);

const Metric = z.object({
  name: z.string().min(1),
  description: z.string().default(''),
  unit: z.string().default(''),
  gauge: z.object({ dataPoints: Points }).optional(),
  sum: z
    .object({
      dataPoints: Points,
      aggregationTemporality: Temporality,
      isMonotonic: z.boolean().default(false),
    })
    .optional(),
  histogram: z.unknown().optional(),
  exponentialHistogram: z.unknown().optional(),
  summary: z.unknown().optional(),
});
export type Metric = z.infer<typeof Metric>;

const ScopeMetrics = z.object({
  scope: z
    .object({ name: z.string().optional(), version: z.string().optional(), attributes: Attributes })
    .optional(),
  metrics: z.array(Metric).default([]),
});
export type ScopeMetrics = z.infer<typeof ScopeMetrics>;

const ResourceMetrics = z.object({
  resource: z.object({ attributes: Attributes }).optional(),
  scopeMetrics: z.array(ScopeMetrics).default([]),
});
export type ResourceMetrics = z.infer<typeof ResourceMetrics>;

/** ExportMetricsServiceRequest. */
export const MetricsRequest = z.object({ resourceMetrics: z.array(ResourceMetrics).default([]) });
export type MetricsRequest = z.infer<typeof MetricsRequest>;
