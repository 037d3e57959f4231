import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Operator } from '../../shared/application/operate.ts';
import type { Outbox } from '../../shared/ports/outbox.ts';
import { act } from '../act.ts';
import { PlotReader } from '../read/read-plot.ts';
import { reasonOf, SystemWatch } from '../read/system-watch.ts';
import type { WatchSources } from '../read/system-watch.ts';
import { pageParts } from '../view/page-parts.ts';
import type { PageView } from '../view/page-view.ts';
import { Board } from './board.ts';
import { buildPage } from './build-page.ts';
import type { StaticFile } from './build-page.ts';
import { refuseRequest, SECURITY_HEADERS } from './guard-request.ts';
import { LiveFeed } from './live-feed.ts';
import { readJson } from './read-json.ts';

export interface ConsoleOptions {
  readonly operator: Operator;
  readonly sources: Omit<WatchSources, 'clock' | 'incidents'>;
  readonly outbox: Outbox;
  /** A service that can be broken on demand, for what to try next. */
  readonly breakable?: string;
  /** 0: any free port. */
  readonly port: number;
  /** How often it is looked while a page is open. Default 1 s. */
  readonly everyMs?: number;
}

export interface Console {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Tells open pages that it ends, and ends. */
  readonly close: () => Promise<void>;
}

const TOLD = 30;

/**
 * Serves the page on the loopback address.
 *
 * @throws Error with code EADDRINUSE if the port is taken
 */
export async function serveConsole(options: ConsoleOptions): Promise<Console> {
  const feed = new LiveFeed(new Board(randomUUID().slice(0, 8)), lookWith(options), options.everyMs ?? 1_000);
  const plots = new PlotReader({ ...options.operator, series: options.sources.series });
  const files = await buildPage();
  const server = createServer((request, response) => {
    // A browser that goes away in the middle is its own affair.
    response.on('error', () => undefined);
    answer({ options, feed, plots, files, request, response }).catch((error: unknown) => {
      send(response, 500, { done: false, message: reasonOf(error) });
    });
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}`, close: () => close(server, feed) };
}

/** One look at everything, as the page shows it. */
function lookWith({ operator, sources, outbox, breakable }: ConsoleOptions): () => Promise<PageView> {
  const { catalog, clock, incidents } = operator;
  const watches = Object.entries(catalog.systems).map(
    ([name, system]) => [name, new SystemWatch({ ...sources, clock, incidents }, system)] as const,
  );
  return async () => {
    const readings = await Promise.all(
      watches.map(async ([name, watch]) => [name, await watch.look()] as const),
    );
    return pageParts({
      catalog,
      readings: Object.fromEntries(readings),
      told: await outbox.last(TOLD),
      ...(breakable === undefined ? {} : { breakable }),
      nowMs: clock.nowMs(),
    });
  };
}

interface Exchange {
  readonly options: ConsoleOptions;
  readonly feed: LiveFeed;
  readonly plots: PlotReader;
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function answer(exchange: Exchange): Promise<void> {
  const { files, request, response } = exchange;
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  const refusal = refuseRequest(request.method, request.headers);
  if (refusal !== undefined) {
    request.resume();
    send(response, refusal.status, { done: false, message: refusal.message });
    return;
  }
  const url = URL.parse(`http://console${request.url ?? '/'}`);
  if (url === null) return send(response, 404, { done: false, message: 'There is no such page.' });
  if (request.method === 'POST') return answerAction(exchange, url);
  if (url.pathname === '/api/live') return answerLive(exchange, url);
  if (url.pathname === '/api/plot') return answerPlot(exchange, url);
  const file = files.get(url.pathname);
  if (file === undefined) return send(response, 404, { done: false, message: 'There is no such page.' });
  response.writeHead(200, { 'content-type': file.type, 'content-length': file.body.length }).end(file.body);
}

async function answerAction({ options, feed, request, response }: Exchange, url: URL): Promise<void> {
  const body = await readJson(request);
  if (!body.ok) return send(response, body.status, { done: false, message: body.message });
  const acted = await act(options.operator, url.pathname.replace(/^\/api\//, ''), body.value);
  if (acted === undefined) return send(response, 404, { done: false, message: 'There is no such action.' });
  feed.lookNow();
  send(response, acted.status, acted.answer);
}

function answerLive({ feed, request, response }: Exchange, url: URL): void {
  const header = request.headers['last-event-id'];
  const lastId =
    (typeof header === 'string' ? header : undefined) ?? url.searchParams.get('after') ?? undefined;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  if (!feed.add(response, lastId)) response.end('event: full\ndata: {}\n\n');
}

/** A store that gives no series now is an answer, in words; the page asks again. */
async function answerPlot({ plots, response }: Exchange, url: URL): Promise<void> {
  const wanted = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  try {
    const plot = await plots.read(wanted('system') ?? '', wanted('alarm') ?? '', wanted('service'));
    if (plot === undefined) send(response, 404, { done: false, message: 'The catalog has no such rule.' });
    else send(response, 200, plot);
  } catch (error) {
    send(response, 200, { problem: reasonOf(error) });
  }
}

function send(response: ServerResponse, status: number, value: object): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}

async function close(server: Server, feed: LiveFeed): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await feed.end();
  server.closeIdleConnections();
  // What was said is on its way; a page that does not take it must not hold the end up.
  setTimeout(() => {
    server.closeAllConnections();
  }, 200).unref();
  await closed;
}
