import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { httpHealthCheck } from '../../../../../shared/adapters/http/health-check.ts';
import type { LoopbackServer } from '../../../../fakes/bad-target.ts';
import { serve } from '../../../../fakes/bad-target.ts';

const page = gzipSync(Buffer.alloc(2_000_000, 'fine '));
let server: LoopbackServer;
beforeAll(async () => {
  server = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }).end(page);
  });
});
afterAll(() => server.stop());

test('a health page of 2 MB, packed though nobody asked for that, is healthy by its beginning', async () => {
  expect(await httpHealthCheck().ask(server.url, 10)).toMatchObject({ isHealthy: true });
  expect(server.requests.at(-1)?.headers).toMatchObject({ 'accept-encoding': 'identity' });
});
