import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boundedGet } from '../../../../../shared/adapters/http/bounded-get.ts';
import type { HttpRequest } from '../../../../../shared/ports/http.ts';
import type { LoopbackServer } from '../../../../fakes/bad-target.ts';
import { badTarget, serve } from '../../../../fakes/bad-target.ts';

const get = boundedGet();
let server: LoopbackServer;
beforeAll(async () => {
  server = await serve(badTarget);
});
afterAll(() => server.stop());

const ask = (path: string, over: Partial<HttpRequest> = {}) =>
  get({ url: server.url + path, timeoutMs: 10_000, maxBytes: 10_000_000, whenLarger: 'fail', ...over });
const asText = async (path: string, over: Partial<HttpRequest> = {}) => {
  const answer = await ask(path, over);
  return answer.ok ? { ...answer, body: Buffer.from(answer.body).toString() } : answer;
};

describe('a good answer', () => {
  test('comes with status, type and body', async () => {
    expect(await asText('/metrics')).toEqual({
      ok: true,
      status: 200,
      contentType: 'text/plain',
      body: '# TYPE hits_total counter\nhits_total 5\n',
    });
    expect(server.requests.at(-1)?.headers).toMatchObject({ 'accept-encoding': 'gzip', connection: 'close' });
  });

  test('is decompressed', async () => {
    expect(await asText('/gzip')).toMatchObject({ body: 'hits_total 6\n' });
  });

  test('is found over a redirect on the same host', async () => {
    expect(await asText('/moved')).toMatchObject({ ok: true, status: 200 });
  });

  test('may have any status', async () => {
    expect(await asText('/error')).toMatchObject({ ok: true, status: 503 });
  });
});

describe('a bad target is an answer with a reason, never an exception', () => {
  test.each([
    ['/100mb', 'too_large'],
    ['/bomb', 'too_large'],
    ['/broken-gzip', 'encoding'],
    ['/brotli', 'encoding'],
    ['/reset', 'reset'],
    ['/loop', 'redirect'],
    ['/elsewhere', 'redirect'],
    ['/file', 'redirect'],
  ])('%s: %s', async (path, reason) => {
    expect(await ask(path)).toMatchObject({ ok: false, reason });
  });

  test.each(['/slow-loris', '/silent'])('%s: the time-out covers the whole body', async (path) => {
    expect(await ask(path, { timeoutMs: 150 })).toEqual({
      ok: false,
      reason: 'timeout',
      detail: 'no whole answer within 150 ms',
    });
  });

  test('nobody listens: refused', async () => {
    const gone = await serve(badTarget);
    await gone.stop();
    expect(await ask('', { url: `${gone.url}/metrics` })).toMatchObject({ ok: false, reason: 'refused' });
  });

  test.each(['ftp://x/', 'nonsense', ''])('%j is no URL to get', async (url) => {
    expect(await ask('', { url })).toMatchObject({ ok: false, reason: 'bad_url' });
  });

  test('a server that speaks plain HTTP where TLS is expected', async () => {
    expect(await ask('', { url: `${server.url.replace('http:', 'https:')}/metrics` })).toMatchObject({
      ok: false,
      reason: 'tls',
    });
  });
});

describe('a bomb of more than 200 KB that unpacks to 240 MB', () => {
  const packed = gzipSync(Buffer.alloc(240_000_000, 'a'));
  let bomb: LoopbackServer;
  beforeAll(async () => {
    bomb = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }).end(packed);
    });
  });
  afterAll(() => bomb.stop());
  const askBomb = (whenLarger: 'fail' | 'cut', maxBytes: number) =>
    get({ url: bomb.url, timeoutMs: 10_000, maxBytes, whenLarger });

  test.each([1_000, 65_536, 10_000_000])('is too large for %i bytes', async (maxBytes) => {
    expect(packed.length).toBeGreaterThan(200_000);
    expect(await askBomb('fail', maxBytes)).toMatchObject({ ok: false, reason: 'too_large' });
  });

  test.each([1_000, 65_536, 10_000_000])('gives its first %i bytes when cut', async (maxBytes) => {
    const answer = await askBomb('cut', maxBytes);
    expect(answer).toMatchObject({ ok: true, status: 200 });
    expect(answer.ok && Buffer.from(answer.body).equals(Buffer.alloc(maxBytes, 'a'))).toBe(true);
  });

  test('gives its memory back', async () => {
    const narrow = boundedGet(3_000_000);
    for (let i = 0; i < 3; i += 1) {
      const answer = await narrow({
        url: bomb.url,
        timeoutMs: 10_000,
        maxBytes: 2_000_000,
        whenLarger: 'cut',
      });
      expect(answer.ok).toBe(true);
    }
  });

  test('ends at the time-out while it is still unpacked', async () => {
    const wide = boundedGet(1_000_000_000);
    const answer = await wide({ url: bomb.url, timeoutMs: 20, maxBytes: 1e9, whenLarger: 'fail' });
    expect(answer).toMatchObject({ ok: false, reason: 'timeout' });
  });
});

describe('the memory of the function', () => {
  test('a body may be cut instead of refused', async () => {
    const answer = await ask('/100mb', { maxBytes: 65_536, whenLarger: 'cut' });
    expect(answer).toMatchObject({ ok: true, status: 200 });
    expect(answer.ok && answer.body.length).toBe(65_536);
  });

  test('many large bodies at once are refused, small ones are not', async () => {
    const narrow = boundedGet(4_000_000);
    const large = {
      url: `${server.url}/100mb`,
      timeoutMs: 10_000,
      maxBytes: 9_000_000,
      whenLarger: 'fail',
    } as const;
    const answers = await Promise.all([
      narrow(large),
      narrow(large),
      narrow({ ...large, url: `${server.url}/metrics` }),
    ]);
    expect(answers.map((answer) => answer.ok)).toEqual([false, false, true]);
    expect(answers[0]).toMatchObject({ reason: 'too_large' });
    expect(await narrow({ ...large, url: `${server.url}/metrics` })).toMatchObject({ ok: true });
  });
});
