import * as z from 'zod/mini';
import { parseGoFloat } from '../../domain/collection/go-float.ts';
import type { SeriesLine, SeriesRangeReader, SeriesReader, SeriesValue } from '../../ports/series.ts';
import type { MonitoringAnswer, MonitoringOptions } from './monitoring-request.ts';
import { monitoringRequest } from './monitoring-request.ts';

const MAX_QUOTED_CHARACTERS = 500;

/** Reads series with PromQL over CloudWatch's Prometheus API, `POST /api/v1/query` and `/api/v1/query_range`. */
export function promqlReader(options: MonitoringOptions): SeriesReader & SeriesRangeReader {
  const send = monitoringRequest(options);
  const ask = (path: string, form: Readonly<Record<string, string>>): Promise<MonitoringAnswer> => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return send({ path, headers, body: Buffer.from(new URLSearchParams(form).toString()) });
  };
  return {
    instant: async (query, atMs) => {
      const form = { query, ...(atMs === undefined ? {} : { time: String(atMs / 1_000) }) };
      return readAnswer(query, await ask('/api/v1/query', form));
    },
    range: async (query, { startMs, endMs, stepMs }) => {
      const times = { start: startMs / 1_000, end: endMs / 1_000, step: stepMs / 1_000 };
      const form = {
        query,
        start: String(times.start),
        end: String(times.end),
        step: String(times.step),
      };
      return readRange(query, await ask('/api/v1/query_range', form));
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
const Failure = z.object({
  status: z.literal('error'),
  errorType: z.optional(z.string()),
  error: z.optional(z.string()),
});
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
  Failure,
]);
const RangeAnswer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.object({
      resultType: z.literal('matrix'),
      result: z.array(z.object({ metric: z.record(z.string(), z.string()), values: z.array(Point) })),
    }),
  }),
  Failure,
]);

function readAnswer(query: string, answer: MonitoringAnswer): SeriesValue[] {
  const { data } = readSuccess(QueryAnswer, query, answer);
  const series = data.resultType === 'scalar' ? [{ metric: {}, value: data.result }] : data.result;
  return series.map(({ metric, value }) => ({ labels: metric, ...readPoint(value, query, answer) }));
}

function readRange(query: string, answer: MonitoringAnswer): SeriesLine[] {
  const { data } = readSuccess(RangeAnswer, query, answer);
  return data.result.map(({ metric, values }) => ({
    labels: metric,
    points: values.map((value) => readPoint(value, query, answer)),
  }));
}

function readSuccess<T extends { readonly status: 'success' }>(
  schema: z.ZodMiniType<T | z.infer<typeof Failure>>,
  query: string,
  answer: MonitoringAnswer,
): T {
  const read = schema.safeParse(parseJson(answer.text));
  if (!read.success) throw new QueryFailed(query, answer, 'the answer is not one of the Prometheus API');
  if (read.data.status === 'success') return read.data;
  throw new QueryFailed(query, answer, read.data.error ?? read.data.errorType ?? 'no reason given');
}

function readPoint([atS, text]: z.infer<typeof Point>, query: string, answer: MonitoringAnswer) {
  const value = parseGoFloat(text);
  if (value === undefined) throw new QueryFailed(query, answer, `${JSON.stringify(text)} is not a number`);
  return { value, atMs: Math.round(atS * 1_000) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
