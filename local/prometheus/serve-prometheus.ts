import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { matchRoute } from '../door/match-route.ts';
import { readBody } from '../door/read-body.ts';
import { refuseCrossSite, refuseForeign } from '../door/refuse-foreign.ts';
import { AwsError, type RestResponse, type Route } from '../kernel/service.ts';
import { answerOfError, refusal } from './api-error.ts';
import { prometheusRoutes } from './endpoints.ts';
import { PLAIN_RULES, type Answer, type PrometheusParts } from './house-rules.ts';
import { metadata, type MetricMetadata } from './metadata.ts';

export interface PrometheusOptions extends Omit<PrometheusParts, 'rules'> {
  readonly metadata: ReadonlyMap<string, MetricMetadata>;
  /** 0: any free port. */
  readonly port: number;
}

export interface PrometheusServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** An expression of a megabyte, every character of it escaped. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/**
 * Prometheus' HTTP API as Prometheus has it, for Grafana and the like: read only, unsigned, without CloudWatch's
 * limits, on the loopback address, and not for pages of other sites.
 *
 * @throws Error with code EADDRINUSE if the port is taken
 */
export async function servePrometheus(options: PrometheusOptions): Promise<PrometheusServer> {
  const routes = routesOf(options);
  const server = createServer((request, response) => {
    // A client that goes away in the middle is its own affair.
    response.on('error', () => undefined);
    answer(routes, request)
      .then((answered) => {
        send(response, answered);
      })
      .catch((error: unknown) => {
        // What is left of a refused body must be taken off the connection, or the client never reads the answer.
        request.resume();
        send(response, failed(error));
      });
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}`, close: () => close(server) };
}

function routesOf(options: PrometheusOptions): Route[] {
  const get = (path: string, work: (parameters: URLSearchParams) => Answer): Route => ({
    method: 'GET',
    path,
    operation: path,
    handle: ({ query }) => {
      try {
        return { status: 200, body: { status: 'success', ...work(query) } };
      } catch (error) {
        return answerOfError(error);
      }
    },
  });
  return [
    ...prometheusRoutes({ ...options, rules: PLAIN_RULES }),
    get('/api/v1/metadata', (parameters) => metadata(parameters, options.metadata)),
    get('/api/v1/status/buildinfo', () => ({ data: BUILD })),
  ];
}

/** Grafana decides by the version what it may ask; the language and the API are those of Prometheus 3. */
const BUILD = {
  version: '3.0.0',
  revision: 'homeostat',
  branch: '',
  buildUser: '',
  buildDate: '',
  goVersion: '',
};

async function answer(routes: readonly Route[], request: IncomingMessage): Promise<RestResponse> {
  const foreign = refuseForeign(request.headers) ?? refuseCrossSite(request.headers);
  if (foreign !== undefined) return text(403, foreign);
  const url = URL.parse(request.url ?? '/', 'http://127.0.0.1');
  if (url === null) return text(404, '404 page not found');
  const method = request.method ?? 'GET';
  const match = matchRoute(routes, method, url.pathname);
  if (match === undefined) {
    const isKnown = ['GET', 'POST'].some((other) => matchRoute(routes, other, url.pathname) !== undefined);
    return isKnown ? text(405, 'Method Not Allowed') : text(404, '404 page not found');
  }
  const body = await readBody(request, MAX_BODY_BYTES);
  const call = { principal: 'owner', requestId: '' };
  return match.route.handle({ params: match.params, query: url.searchParams, headers: {}, body }, call);
}

function failed(error: unknown): RestResponse {
  if (error instanceof AwsError) return { ...refusal('bad_data', error.message), status: error.status };
  return refusal('internal', error instanceof Error ? error.message : String(error));
}

function text(status: number, body: string): RestResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${body}\n` };
}

function send(response: ServerResponse, { status, headers, body }: RestResponse): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    ...headers,
    'content-length': Buffer.byteLength(bytes),
    'x-content-type-options': 'nosniff',
  });
  response.end(bytes);
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
