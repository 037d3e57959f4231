import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exposition } from './exposition.ts';

/** The other side of the bench `collect`: serves the scrape, takes what is sent, prints its port. */
const body = exposition();
const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(body);
    return;
  }
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${String((server.address() as AddressInfo).port)}\n`);
});
// The bench holds the other end: when it is gone, so are we.
process.stdin.on('end', () => process.exit()).resume();
