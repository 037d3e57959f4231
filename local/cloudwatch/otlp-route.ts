import type { Kernel } from '../kernel/kernel.ts';
import { AwsError } from '../kernel/service.ts';
import { TokenBucket } from '../kernel/token-bucket.ts';
import type { RestResponse, Route } from '../kernel/service.ts';
import { readOtlpMetrics } from './otlp-metrics.ts';
import { OTLP_REQUESTS_PER_S } from './request-rates.ts';
import type { SeriesStore } from './series-store.ts';

/** Codes of google.rpc.Status, in which OTLP/HTTP writes its errors. */
const INVALID_ARGUMENT = 3;
const RESOURCE_EXHAUSTED = 8;

/**
 * POST /v1/metrics: OTLP/HTTP in JSON. Errors are a `google.rpc.Status`, as the OTLP specification
 * asks; points that were left out are told as partial success.
 */
export function otlpRoute(kernel: Kernel, store: Pick<SeriesStore, 'put' | 'describe'>): Route {
  const bucket = new TokenBucket(OTLP_REQUESTS_PER_S, kernel.clock.nowMs);
  const systemLabels = { '@aws.account': kernel.accountId, '@aws.region': kernel.region };
  return {
    method: 'POST',
    path: '/v1/metrics',
    operation: 'PutOtlpMetrics',
    handle: ({ body, headers }) => {
      if (!bucket.take()) return failed(429, 'Rate exceeded', RESOURCE_EXHAUSTED);
      const contentType = headers['content-type'] ?? 'application/json';
      if (!contentType.startsWith('application/json')) {
        return failed(
          415,
          `Content-Type ${contentType} is not read here; send OTLP/HTTP as application/json.`,
        );
      }
      try {
        const batch = readOtlpMetrics(body, { nowMs: kernel.clock.nowMs(), systemLabels });
        for (const { labels, atMs, value } of batch.samples) store.put(labels, atMs, value);
        for (const [name, told] of batch.metadata) store.describe(name, told);
        if (batch.rejectedDataPoints === 0) return { status: 200, body: {} };
        const { rejectedDataPoints, reasons } = batch;
        // 64-bit integers are strings in OTLP's JSON.
        const partialSuccess = {
          rejectedDataPoints: String(rejectedDataPoints),
          errorMessage: reasons.join(' '),
        };
        return { status: 200, body: { partialSuccess } };
      } catch (error) {
        if (error instanceof AwsError) return failed(error.status, error.message);
        throw error;
      }
    },
  };
}

function failed(status: number, message: string, code = INVALID_ARGUMENT): RestResponse {
  return { status, body: { code, message } };
}
