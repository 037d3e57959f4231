import type { SeriesPoint } from './point.ts';

/** OTLP's own number for "since the start time", opentelemetry.proto.metrics.v1.AggregationTemporality. */
const CUMULATIVE = 2;
/** Room for what stands around the datapoints of a request: resource, scope, brackets. */
const FRAME_BYTES = 4_096;

export interface OtlpRequest {
  /** ExportMetricsServiceRequest in OTLP's JSON. */
  readonly body: string;
  readonly points: number;
}

export interface OtlpLimits {
  readonly maxPoints: number;
  /** Of the body before compression. */
  readonly maxBytes: number;
}

/**
 * Encodes points of one resource as OTLP/HTTP JSON requests, none over the limits.
 *
 * Sums are cumulative and monotonic. Times are nanoseconds as decimal strings, as proto3's JSON writes 64-bit
 * numbers. A point that alone is over `maxBytes` is in no request; nothing that a scrape makes is that large.
 *
 * @param resource resource attributes, the same for all points
 */
export function encodeOtlp(
  resource: Readonly<Record<string, string>>,
  points: readonly SeriesPoint[],
  { maxPoints, maxBytes }: OtlpLimits,
): OtlpRequest[] {
  const frame = { resource: `{"attributes":${attributes(resource)}}`, scope: '{"name":"homeostat"}' };
  const requests: OtlpRequest[] = [];
  let open = new Page();
  const close = (): void => {
    if (open.points > 0) requests.push({ body: open.body(frame), points: open.points });
    open = new Page();
  };
  for (const point of points) {
    const datapoint = encodePoint(point);
    const bytes = Buffer.byteLength(datapoint) + Buffer.byteLength(point.name) + 200;
    if (bytes + FRAME_BYTES > maxBytes) continue;
    if (open.points === maxPoints || open.bytes + bytes + FRAME_BYTES > maxBytes) close();
    open.add(point, datapoint, bytes);
  }
  close();
  return requests;
}

/** One request while it fills: datapoints grouped by metric, as OTLP wants them. */
class Page {
  points = 0;
  bytes = 0;
  readonly #metrics = new Map<string, { name: string; kind: SeriesPoint['kind']; datapoints: string[] }>();

  add({ name, kind }: SeriesPoint, datapoint: string, bytes: number): void {
    const key = `${kind}:${name}`;
    const metric = this.#metrics.get(key) ?? { name, kind, datapoints: [] };
    metric.datapoints.push(datapoint);
    this.#metrics.set(key, metric);
    this.points += 1;
    this.bytes += bytes;
  }

  body({ resource, scope }: { readonly resource: string; readonly scope: string }): string {
    const metrics = [...this.#metrics.values()].map(({ name, kind, datapoints }) => {
      const data = `"dataPoints":[${datapoints.join(',')}]`;
      const typed =
        kind === 'gauge'
          ? `"gauge":{${data}}`
          : `"sum":{${data},"aggregationTemporality":${String(CUMULATIVE)},"isMonotonic":true}`;
      return `{"name":${JSON.stringify(name)},${typed}}`;
    });
    return `{"resourceMetrics":[{"resource":${resource},"scopeMetrics":[{"scope":${scope},"metrics":[${metrics.join(',')}]}]}]}`;
  }
}

function encodePoint(point: SeriesPoint): string {
  const start = point.kind === 'sum' ? `"startTimeUnixNano":"${nanoseconds(point.startMs)}",` : '';
  const time = `"timeUnixNano":"${nanoseconds(point.atMs)}"`;
  return `{"attributes":${attributes(point.labels)},${start}${time},"asDouble":${JSON.stringify(point.value)}}`;
}

function nanoseconds(ms: number): string {
  const whole = Math.round(ms);
  // The digits are put on, not multiplied: a double does not hold so many, and BigInt takes its time.
  return whole === 0 ? '0' : `${String(whole)}000000`;
}

function attributes(labels: Readonly<Record<string, string>>): string {
  let pairs = '';
  for (const key of Object.keys(labels)) {
    const comma = pairs === '' ? '' : ',';
    pairs += `${comma}{"key":${JSON.stringify(key)},"value":{"stringValue":${JSON.stringify(labels[key])}}}`;
  }
  return `[${pairs}]`;
}
