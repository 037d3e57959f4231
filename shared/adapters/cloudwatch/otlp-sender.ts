import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import * as z from 'zod/mini';
import { SYSTEM_ATTRIBUTE } from '../../contract/names.ts';
import type { OtlpRequest } from '../../domain/collection/encode-otlp.ts';
import { encodeOtlp } from '../../domain/collection/encode-otlp.ts';
import type { Log } from '../../ports/log.ts';
import type { SeriesBatch, SeriesWriter } from '../../ports/series.ts';
import type { MonitoringAnswer, MonitoringOptions, SendToMonitoring } from './monitoring-request.ts';
import { monitoringRequest } from './monitoring-request.ts';

/** CloudWatch takes 1,000 datapoints and 5 MB a request (CloudWatch-OTLPEndpoint); a megabyte is kept in reserve. */
export const LIMITS = { maxPoints: 1_000, maxBytes: 4_000_000 };
/** Requests of one batch under way at once. */
const LANES = 4;
const MAX_LOGGED_CHARACTERS = 1_000;

/**
 * Sends series to CloudWatch over OTLP/HTTP: JSON, gzip, system and service as resource attributes. What the
 * store refuses in part is logged and counted; a request that it refuses as a whole makes `write` throw, after
 * the other requests of the batch have been sent.
 */
export function otlpSender(options: MonitoringOptions, log: Log): SeriesWriter {
  const send = monitoringRequest(options);
  return {
    write: async (batch) => {
      const resource = { [SYSTEM_ATTRIBUTE]: batch.system, 'service.name': batch.service };
      const requests = encodeOtlp(resource, batch.points, LIMITS);
      const outcomes = await inLanes(requests, (request) => sendOne(send, request, log));
      const rejected = outcomes.reduce((sum, outcome) => sum + outcome.rejected, 0);
      const failures = outcomes.flatMap(({ failure }) => failure ?? []);
      if (failures.length > 0) throw new SeriesNotWritten(batch, requests.length, failures);
      return { accepted: batch.points.length - rejected, rejected, requests: requests.length };
    },
  };
}

class SeriesNotWritten extends Error {
  readonly code = 'SERIES_NOT_WRITTEN';
  constructor({ system, service }: SeriesBatch, requests: number, failures: readonly string[]) {
    super(
      `${String(failures.length)} of ${String(requests)} OTLP requests with the series of ${system}/${service} were given up: ` +
        failures[0],
    );
    this.name = 'SeriesNotWritten';
  }
}

interface Outcome {
  readonly rejected: number;
  readonly failure?: string;
}

async function sendOne(send: SendToMonitoring, request: OtlpRequest, log: Log): Promise<Outcome> {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  let answer: MonitoringAnswer;
  try {
    answer = await send({ path: '/v1/metrics', headers, body: await compress(request.body) });
  } catch (error) {
    return { rejected: 0, failure: error instanceof Error ? error.message : String(error) };
  }
  const text = answer.text.slice(0, MAX_LOGGED_CHARACTERS);
  if (answer.status < 200 || answer.status > 299) {
    log.error('CloudWatch refused an OTLP request', {
      status: answer.status,
      answer: text,
      points: request.points,
    });
    return { rejected: 0, failure: `HTTP ${String(answer.status)}: ${text}` };
  }
  const { rejected, message } = partialSuccess(answer.text);
  if (rejected > 0 || message !== '')
    log.warn('CloudWatch took only a part of an OTLP request', { rejected, message });
  return { rejected };
}

const compress = promisify(gzip);

/** ExportMetricsServiceResponse; its 64-bit number is a string in JSON. */
const ExportAnswer = z.object({
  partialSuccess: z.optional(
    z.object({
      rejectedDataPoints: z._default(z.coerce.number(), 0),
      errorMessage: z._default(z.string(), ''),
    }),
  ),
});

/** What the answer says of refused points; an answer that is empty or of another form says nothing. */
function partialSuccess(text: string): { rejected: number; message: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { rejected: 0, message: '' };
  }
  const partial = ExportAnswer.safeParse(json).data?.partialSuccess;
  return { rejected: partial?.rejectedDataPoints ?? 0, message: partial?.errorMessage ?? '' };
}

async function inLanes<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += LANES) {
    results.push(...(await Promise.all(items.slice(at, at + LANES).map(work))));
  }
  return results;
}
