import * as z from 'zod/mini';
import { parseGoFloat } from '../../domain/collection/go-float.ts';
import type { SeriesReader, SeriesValue } from '../../ports/series.ts';
import type { MonitoringAnswer, MonitoringOptions } from './monitoring-request.ts';
import { monitoringRequest } from './monitoring-request.ts';

const MAX_QUOTED_CHARACTERS = 500;

/** Reads series with PromQL over CloudWatch's Prometheus API, `POST /api/v1/query`. */
export function promqlReader(options: MonitoringOptions): SeriesReader {
  const send = monitoringRequest(options);
  return {
    instant: async (query, atMs) => {
      const form = new URLSearchParams({
        query,
        ...(atMs === undefined ? {} : { time: String(atMs / 1_000) }),
      });
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const answer = await send({ path: '/api/v1/query', headers, body: Buffer.from(form.toString()) });
      return readAnswer(query, answer);
    },
  };
}

class QueryFailed extends Error {
  readonly code = 'QUERY_FAILED';
  constructor(query: string, { status, text }: MonitoringAnswer, problem: string) {
    super(
      `The query ${JSON.stringify(query.slice(0, MAX_QUOTED_CHARACTERS))} failed: ${problem} ` +
        `(HTTP ${String(status)}: ${text.slice(0, MAX_QUOTED_CHARACTERS)})`,
    );
    this.name = 'QueryFailed';
  }
}

const Point = z.tuple([z.number(), z.string()]);
const QueryAnswer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.object({
        resultType: z.literal('vector'),
        result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: Point })),
      }),
      z.object({ resultType: z.literal('scalar'), result: Point }),
    ]),
  }),
  z.object({ status: z.literal('error'), errorType: z.optional(z.string()), error: z.optional(z.string()) }),
]);

function readAnswer(query: string, answer: MonitoringAnswer): SeriesValue[] {
  const read = QueryAnswer.safeParse(parseJson(answer.text));
  if (!read.success) throw new QueryFailed(query, answer, 'the answer is not one of the Prometheus API');
  if (read.data.status === 'error') {
    throw new QueryFailed(query, answer, read.data.error ?? read.data.errorType ?? 'no reason given');
  }
  const { data } = read.data;
  const series = data.resultType === 'scalar' ? [{ metric: {}, value: data.result }] : data.result;
  return series.map(({ metric, value: [atS, text] }) => {
    const value = parseGoFloat(text);
    if (value === undefined) throw new QueryFailed(query, answer, `${JSON.stringify(text)} is not a number`);
    return { labels: metric, value, atMs: Math.round(atS * 1_000) };
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
