import { AwsError } from '../kernel/service.ts';
import type { MetricMetadata } from '../prometheus/metadata.ts';
import { MetricsRequest } from './otlp-request.ts';
import type { DataPoint, KeyValue, Metric, ResourceMetrics, ScopeMetrics } from './otlp-request.ts';

/** Limits of the metrics endpoint, from the CloudWatch user guide, "OTLP Endpoints". */
const MAX_BODY_BYTES = 5 * 1024 * 1024;
const MAX_DATAPOINTS = 1000;
const MAX_LABELS = 150;
const MAX_VALUE_CHARS = 1024;
const MAX_METADATA_BYTES = 40 * 1024;
const MAX_FUTURE_MS = 10 * 60_000;
const MAX_PAST_MS = 14 * 86_400_000;
/** DataPointFlags bit 0 of OTLP: the series went stale and the point has no value. */
const NO_RECORDED_VALUE = 1;

export interface OtlpSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly atMs: number;
  readonly value: number;
}

interface IngestContext {
  readonly nowMs: number;
  readonly systemLabels: Readonly<Record<string, string>>;
}

export interface OtlpBatch {
  readonly samples: readonly OtlpSample[];
  /** By metric name, what the request says of those that have samples in it. */
  readonly metadata: ReadonlyMap<string, MetricMetadata>;
  readonly rejectedDataPoints: number;
  /** Why points were rejected, each reason once. */
  readonly reasons: readonly string[];
}

/**
 * Reads one OTLP/HTTP JSON request (ExportMetricsServiceRequest) into labelled samples, as CloudWatch
 * flattens them: resource attributes become `@resource.<name>`, scope fields `@instrumentation.@name`,
 * scope attributes `@instrumentation.<name>`, datapoint attributes stay bare.
 *
 * @param nowMs epoch milliseconds; points older than 14 days or more than 10 minutes ahead are rejected
 * @param systemLabels what CloudWatch adds to every series: `@aws.account`, `@aws.region`
 * @throws AwsError 400 for a request that is refused as a whole, 413 for one that is too large
 */
export function readOtlpMetrics(body: Buffer, { nowMs, systemLabels }: IngestContext): OtlpBatch {
  const request = parseRequest(body);
  const groups = request.resourceMetrics.flatMap(groupsOf);
  const count = groups.reduce((sum, group) => sum + group.points.length, 0);
  if (count > MAX_DATAPOINTS) {
    throw refused(
      `The request holds ${count} datapoints; at most ${MAX_DATAPOINTS} are taken. Send smaller batches.`,
    );
  }
  const samples: OtlpSample[] = [];
  const metadata = new Map<string, MetricMetadata>();
  const reasons = new Set<string>();
  let rejectedDataPoints = 0;
  for (const group of groups) {
    for (const point of group.points) {
      const read = readPoint(group, point, nowMs);
      if (typeof read === 'object') {
        samples.push({ ...read, labels: { ...read.labels, ...systemLabels } });
        metadata.set(group.name, group.metadata);
      } else if (read !== 'no-value') {
        reasons.add(read);
        rejectedDataPoints += 1;
      }
    }
  }
  if (rejectedDataPoints > 0 && rejectedDataPoints === count) {
    throw refused(`None of the ${count} datapoints was taken: ${[...reasons].join(' ')}`);
  }
  return { samples, metadata, rejectedDataPoints, reasons: [...reasons] };
}

function parseRequest(body: Buffer): MetricsRequest {
  if (body.length > MAX_BODY_BYTES) {
    throw new AwsError(
      'RequestEntityTooLarge',
      `The request is ${body.length} bytes; at most ${MAX_BODY_BYTES} are taken.`,
      413,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw refused(
      `The body is not JSON: ${String(error)}. Send OTLP/HTTP with Content-Type application/json.`,
    );
  }
  const read = MetricsRequest.safeParse(json);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw refused(`The body is no ExportMetricsServiceRequest: ${issue?.path.join('.')}: ${issue?.message}.`);
}

interface Group {
  readonly name: string;
  readonly metadata: MetricMetadata;
  readonly shared: ReadonlyMap<string, string>;
  readonly points: readonly DataPoint[];
}

function groupsOf(resource: ResourceMetrics): Group[] {
  const labels = attributes(resource.resource?.attributes ?? [], '@resource.');
  return resource.scopeMetrics.flatMap((scope) => {
    const shared = new Map([...labels, ...scopeLabels(scope)]);
    return scope.metrics.map((metric) => ({
      name: metric.name,
      metadata: metadataOf(metric),
      shared,
      points: pointsOf(metric),
    }));
  });
}

/** A sum that may fall is a gauge to Prometheus. */
function metadataOf({ sum, description, unit }: Metric): MetricMetadata {
  return { type: sum?.isMonotonic === true ? 'counter' : 'gauge', help: description, unit };
}

function scopeLabels(scope: ScopeMetrics): Map<string, string> {
  const labels = attributes(scope.scope?.attributes ?? [], '@instrumentation.');
  const { name = '', version = '' } = scope.scope ?? {};
  if (name !== '') labels.set('@instrumentation.@name', name);
  if (version !== '') labels.set('@instrumentation.@version', version);
  return labels;
}

/** The points of a gauge or a cumulative sum. Other kinds are refused: what AWS makes of them is not documented. */
function pointsOf(metric: Metric): readonly DataPoint[] {
  if (metric.gauge !== undefined) return metric.gauge.dataPoints;
  if (metric.sum !== undefined) {
    if (metric.sum.aggregationTemporality === 'cumulative') return metric.sum.dataPoints;
    throw refused(
      `Metric "${metric.name}" is a sum of ${metric.sum.aggregationTemporality} temporality; send cumulative sums.`,
    );
  }
  const kind = (['histogram', 'exponentialHistogram', 'summary'] as const).find(
    (name) => metric[name] !== undefined,
  );
  if (kind === undefined) return [];
  throw refused(
    `Metric "${metric.name}" is of kind ${kind}: CloudWatch documents no _bucket, _sum or _count series for it. ` +
      'Send each of them as a cumulative monotonic sum.',
  );
}

/** The sample, `no-value` for a stale marker, or the reason for which the point is rejected. */
function readPoint(group: Group, point: DataPoint, nowMs: number): OtlpSample | string {
  if ((point.flags & NO_RECORDED_VALUE) !== 0) return 'no-value';
  const value = point.asDouble ?? point.asInt;
  if (value === undefined || Number.isNaN(value))
    return `${group.name}: a datapoint has no number as its value.`;
  const atMs = Number(point.timeUnixNano / 1_000_000n);
  if (atMs > nowMs + MAX_FUTURE_MS) return `${group.name}: a timestamp is more than 10 minutes ahead.`;
  if (atMs < nowMs - MAX_PAST_MS) return `${group.name}: a timestamp is more than 14 days old.`;
  const labels = new Map([...group.shared, ...attributes(point.attributes, '')]);
  const fault = labelFault(labels);
  if (fault !== undefined) return `${group.name}: ${fault}`;
  labels.set('__name__', group.name);
  return { labels: Object.fromEntries(labels), atMs, value };
}

function labelFault(labels: ReadonlyMap<string, string>): string | undefined {
  if (labels.size > MAX_LABELS)
    return `a datapoint has ${labels.size} labels; at most ${MAX_LABELS} are taken.`;
  if (labels.has('__name__'))
    return 'a datapoint has an attribute "__name__", which is the metric\'s own name.';
  let bytes = 0;
  for (const [name, value] of labels) {
    if (value.length > MAX_VALUE_CHARS)
      return `Attribute string value exceeds maximum length: ${MAX_VALUE_CHARS}`;
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  return bytes > MAX_METADATA_BYTES
    ? `the labels of a datapoint are ${bytes} bytes; at most 40 KB.`
    : undefined;
}

/** Attributes as labels. An empty value is left out: in PromQL that is the same as no label. */
function attributes(pairs: readonly KeyValue[], prefix: string): Map<string, string> {
  return new Map(
    pairs.filter(({ value }) => value !== '').map(({ key, value }) => [`${prefix}${key}`, value]),
  );
}

function refused(message: string): AwsError {
  return new AwsError('InvalidArgument', message, 400);
}
