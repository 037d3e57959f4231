import * as z from 'zod';
import { RecordingError } from './recording-error.ts';
import type { Recording } from './recording.ts';

const DAY_MS = 86_400_000;
const TIMEOUT_MS = 60_000;

const Answer = z.object({
  status: z.string(),
  error: z.string().optional(),
  data: z
    .object({
      result: z.array(
        z.object({
          metric: z.record(z.string(), z.string()),
          values: z.array(z.tuple([z.number(), z.string()])).optional(),
        }),
      ),
    })
    .optional(),
});

export interface WantedMetric {
  readonly metric: string;
  /** How long before a moment its samples count at that moment. */
  readonly reachMs: number;
}

/** An address without the user and password that may stand in it: what may be shown. */
export function withoutCredentials(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  if (url.username === '' && url.password === '') return address;
  url.username = url.password = '';
  return url.href;
}

/**
 * Reads the samples of some metrics from a server with Prometheus' API, a day of one metric at a time, and from so
 * long before as the rules look back. A user and password in the address are sent as basic authentication.
 *
 * @throws RecordingError if it cannot be asked or answers with an error
 */
export async function fetchRecording(
  server: string,
  metrics: readonly WantedMetric[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  into: Recording,
): Promise<void> {
  for (const { metric, reachMs } of metrics) {
    for (let startMs = fromMs - reachMs; startMs < toMs; startMs += DAY_MS) {
      const untilMs = Math.min(startMs + DAY_MS, toMs);
      const rangeMs = untilMs - startMs;
      await fetchSamples(server, `{__name__=${JSON.stringify(metric)}}[${rangeMs}ms]`, untilMs, into);
    }
  }
}

async function fetchSamples(server: string, query: string, atMs: number, into: Recording): Promise<void> {
  const url = new URL('api/v1/query', server.endsWith('/') ? server : `${server}/`);
  url.searchParams.set('query', query);
  url.searchParams.set('time', String(atMs / 1_000));
  const read = Answer.safeParse(await ask(url));
  if (!read.success) throw new RecordingError(`${url.origin} does not answer as Prometheus does`);
  const { status, error, data } = read.data;
  if (status !== 'success') throw new RecordingError(`${url.origin} refused ${query}: ${error ?? status}`);
  for (const { metric, values } of data?.result ?? [])
    for (const [seconds, value] of values ?? [])
      into.put(metric, Math.round(seconds * 1_000), Number(value.replace(/Inf$/, 'Infinity')));
}

async function ask(url: URL): Promise<unknown> {
  const headers = authorization(url);
  url.username = url.password = '';
  const { status, statusText, body } = await get(url, headers);
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new RecordingError(`${url.origin} does not answer as Prometheus does, but ${status} ${statusText}`);
  }
}

async function get(
  url: URL,
  headers: Record<string, string>,
): Promise<{ status: number; statusText: string; body: string }> {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { status: response.status, statusText: response.statusText, body: await response.text() };
  } catch (error) {
    throw new RecordingError(`it cannot be asked: ${whyOf(error)}`);
  }
}

/** fetch says "fetch failed"; why stands in its cause. */
function whyOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return (cause instanceof Error && cause.message) || code || String(cause);
}

function authorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}
