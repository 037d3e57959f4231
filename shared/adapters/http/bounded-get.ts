import type { IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { HttpAnswer, HttpGet, HttpRequest } from '../../ports/http.ts';
import { ByteBudget } from './byte-budget.ts';
import { GetFailed, toGetFailed } from './get-failed.ts';
import { readBody } from './read-body.ts';

const MAX_REDIRECTS = 3;

/**
 * Makes a GET that stays within its bounds: the time-out covers everything up to the last byte of the body
 * (a target that drips bytes ends too), the size limit counts decompressed bytes (a gzip bomb ends too),
 * redirects are followed at most three times and only on the same host, connections are not kept.
 *
 * @param maxBufferedBytes what all large bodies under way may hold together: a function has one memory
 */
export function boundedGet(maxBufferedBytes = 64 * 1024 * 1024): HttpGet {
  const budget = new ByteBudget(maxBufferedBytes);
  return async (request) => {
    const timeout = new AbortController();
    const { signal } = timeout;
    // Whatever a stream forgets to tell, this ends the wait.
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
    const timer = setTimeout(() => {
      timeout.abort();
    }, request.timeoutMs);
    try {
      return await Promise.race([follow(request, budget, signal), ended]);
    } catch (error) {
      if (signal.aborted) {
        return {
          ok: false,
          reason: 'timeout',
          detail: `no whole answer within ${String(request.timeoutMs)} ms`,
        };
      }
      const { reason, message } = toGetFailed(error);
      return { ok: false, reason, detail: message };
    } finally {
      clearTimeout(timer);
    }
  };
}

async function follow(request: HttpRequest, budget: ByteBudget, signal: AbortSignal): Promise<HttpAnswer> {
  let url = parseUrl(request.url);
  for (let redirects = 0; ; redirects += 1) {
    const response = await open(url, request.headers ?? {}, signal);
    const location = isRedirect(response.statusCode) ? response.headers.location : undefined;
    if (location === undefined) return readAnswer(response, request, budget, signal);
    response.destroy();
    if (redirects === MAX_REDIRECTS)
      throw new GetFailed('redirect', `redirected more than ${String(MAX_REDIRECTS)} times`);
    url = redirectedUrl(url, location);
  }
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new GetFailed('bad_url', `${JSON.stringify(text)} is no http or https URL`);
}

function isRedirect(status: number | undefined): boolean {
  return status !== undefined && [301, 302, 303, 307, 308].includes(status);
}

/** Another host may be anything, the metadata service of the cloud included: it is not asked. */
function redirectedUrl(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const isSameHost = to?.hostname === from.hostname && (to.protocol === 'http:' || to.protocol === 'https:');
  if (to !== undefined && isSameHost) return to;
  throw new GetFailed(
    'redirect',
    `redirects to ${JSON.stringify(location.slice(0, 200))}, which is another host`,
  );
}

function open(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  // A kept connection would be dead after the function was frozen, so each GET has its own.
  const options = { agent: false, signal, headers: { 'accept-encoding': 'gzip', ...headers } } as const;
  return new Promise((resolve, reject) => {
    const sent =
      url.protocol === 'https:' ? requestHttps(url, options, resolve) : requestHttp(url, options, resolve);
    sent.on('error', reject);
    sent.end();
  });
}

async function readAnswer(
  response: IncomingMessage,
  request: HttpRequest,
  budget: ByteBudget,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const contentType = (response.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const body = budget.account(request);
  try {
    await readBody(response, body, signal);
    return { ok: true, status: response.statusCode ?? 0, contentType, body: body.bytes() };
  } finally {
    body.release();
  }
}
