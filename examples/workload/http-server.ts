import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Business } from './business.ts';
import type { FaultWatch } from './fault-watch.ts';
import { assessHealth, checkMemory } from './health.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';

/** Of the business requests under the fault `errors`, so many fail; the rest shows that it is not an outage. */
const ERROR_SHARE = 0.9;
const SLOW_MIN_MS = 2_000;
const SLOW_MAX_MS = 3_000;

interface ServerParts {
  readonly business: Business;
  readonly faults: FaultWatch;
  readonly log: Log;
}

/** The HTTP face of a service: its business route, `/metrics` and `/health`. Faults strike here. */
export function createHttpServer(parts: ServerParts): Server {
  const { business, faults, log } = parts;
  const metrics = createMetrics(business.route);

  const serveBusiness = async (request: IncomingMessage, response: ServerResponse, route: string) => {
    const startedMs = performance.now();
    const answer = route === business.route ? await answerUnder(faults, business) : notFound(business);
    if (faults.current() === 'hang') return;
    if (answer.status >= 500)
      log('error', 'request failed', { route, status: answer.status, ...answer.body });
    sendJson(response, answer);
    const durationS = (performance.now() - startedMs) / 1000;
    metrics.record({ method: request.method ?? 'GET', route, status: answer.status, durationS });
  };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    // Accepted and never answered: no reply and no close, as a dead-locked process would do.
    if (faults.current() === 'hang') return;
    const path = new URL(request.url ?? '/', 'http://service').pathname;
    if (path === '/metrics') {
      const { contentType, text } = await metrics.expose();
      response.writeHead(200, { 'content-type': contentType }).end(text);
    } else if (path === '/health') {
      const health = assessHealth({
        own: { memory: checkMemory() },
        dependencies: await business.dependencies(),
      });
      sendJson(response, { status: health.status === 'unhealthy' ? 503 : 200, body: health });
    } else {
      // One label value for all unknown paths: a scanner must not make series without end.
      await serveBusiness(request, response, path === business.route ? path : 'other');
    }
  };

  return createServer((request, response) => {
    request.resume();
    serve(request, response).catch((error: unknown) => {
      log('error', 'request broke', { error: String(error) });
      if (!response.headersSent) sendJson(response, { status: 500, body: { error: 'internal error' } });
    });
  });
}

async function answerUnder(faults: FaultWatch, business: Business): Promise<Answer> {
  const fault = faults.current();
  if (fault === 'errors' && Math.random() < ERROR_SHARE) {
    return { status: 500, body: { error: 'failing on demand' } };
  }
  if (fault === 'slow') await sleep(SLOW_MIN_MS + Math.random() * (SLOW_MAX_MS - SLOW_MIN_MS));
  return business.answer();
}

function notFound(business: Business): Answer {
  return { status: 404, body: { error: `Here are only ${business.route}, /metrics and /health.` } };
}

function sendJson(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
}
