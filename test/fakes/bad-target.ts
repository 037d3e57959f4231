import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

export interface LoopbackServer {
  readonly url: string;
  readonly hostPort: string;
  readonly requests: IncomingMessage[];
  readonly stop: () => Promise<void>;
}

/** A real HTTP server on a free port of 127.0.0.1; stop it at the end of the test. */
export async function serve(listener: RequestListener): Promise<LoopbackServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hostPort = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url: `http://${hostPort}`,
    hostPort,
    requests,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers by path: everything that a target may do wrong, and one that does it right. */
export const badTarget: RequestListener = (request, response) => {
  const path = new URL(request.url ?? '/', 'http://x').pathname;
  const play = SCENES[path];
  if (play === undefined) response.writeHead(404).end('no such page');
  else play(response);
};

const text = { 'content-type': 'text/plain; version=0.0.4' };
const MEGABYTE = Buffer.alloc(1024 * 1024, '# filler\n');

const SCENES: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '/metrics': (response) => response.writeHead(200, text).end('# TYPE hits_total counter\nhits_total 5\n'),
  '/gzip': (response) =>
    response.writeHead(200, { ...text, 'content-encoding': 'gzip' }).end(gzipSync('hits_total 6\n')),
  '/html': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in</html>'),
  '/html-as-text': (response) => response.writeHead(200, text).end('\n  <!doctype html>'),
  '/error': (response) => response.writeHead(503, text).end('hits_total 5\n'),
  '/invalid-utf8': (response) =>
    response.writeHead(200, text).end(Buffer.from([0x61, 0x20, 0xff, 0xfe, 0x0a])),
  '/broken': (response) => response.writeHead(200, text).end('good 1\nhits_total{ 5\n'),
  '/nan': (response) => response.writeHead(200, text).end('good 1\nbad NaN\nhigh +Inf\nlow -Inf\n'),
  '/100mb': (response) => {
    response.writeHead(200, text);
    void drip(response, 100, () => MEGABYTE, 0);
  },
  '/bomb': (response) =>
    response
      .writeHead(200, { ...text, 'content-encoding': 'gzip' })
      .end(gzipSync(Buffer.alloc(64 * 1024 * 1024))),
  '/broken-gzip': (response) =>
    response.writeHead(200, { ...text, 'content-encoding': 'gzip' }).end('not gzip'),
  '/brotli': (response) => response.writeHead(200, { ...text, 'content-encoding': 'br' }).end('x'),
  '/slow-loris': (response) => {
    response.writeHead(200, text);
    void drip(response, 10_000, () => '#', 10);
  },
  '/silent': () => undefined,
  '/reset': (response) => {
    response.writeHead(200, { ...text, 'content-length': '1000' });
    response.write('hits', () => response.destroy());
  },
  '/loop': (response) => response.writeHead(302, { location: '/loop' }).end(),
  '/moved': (response) => response.writeHead(301, { location: '/metrics' }).end(),
  '/elsewhere': (response) => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
  '/file': (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
};

/** Writes `times` pieces, waiting between them; ends when the client has gone. */
async function drip(response: ServerResponse, times: number, piece: () => string | Buffer, everyMs: number) {
  for (let i = 0; i < times && !response.destroyed; i += 1) {
    await new Promise((written) => {
      response.write(piece(), written);
    });
    if (everyMs > 0) await wait(everyMs);
  }
  response.end();
}
