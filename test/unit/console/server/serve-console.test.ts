import { expect, test } from 'vitest';
import { foldCommit } from '../../../../shared/domain/incident/commit.ts';
import { EMPTY_STATE } from '../../../../shared/domain/incident/state.ts';
import { aConsole, ask, listen } from './console-bench.ts';
import type { LiveEvent } from './console-bench.ts';

const isLook = ({ event }: LiveEvent): boolean => event === 'look';

test('the page and its files come with a policy under which nothing foreign runs', async () => {
  const { url } = await aConsole();
  for (const [path, type] of [
    ['/', 'text/html'],
    ['/page.js', 'text/javascript'],
    ['/style.css', 'text/css'],
    ['/icon.svg', 'image/svg+xml'],
  ] as const) {
    const { status, headers, body } = await ask(url, path);
    expect({ path, status }).toEqual({ path, status: 200 });
    expect(headers['content-type']).toContain(type);
    expect(headers['content-security-policy']).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self'",
    );
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body.length).toBeGreaterThan(100);
  }
});

test('the page has no inline script, style or handler, and loads nothing from elsewhere', async () => {
  const { url } = await aConsole();
  const { body } = await ask(url, '/');
  expect(body).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|https?:\/\//);
  const { body: script } = await ask(url, '/page.js');
  expect(script).not.toMatch(/\.(innerHTML|outerHTML)\s*=|insertAdjacentHTML|document\.write|\beval\(/);
});

test.each([
  '/../package.json',
  '/%2e%2e/package.json',
  '/..%2f..%2fpackage.json',
  '/page/main.ts',
  '//etc/passwd',
  '/index.html/../../act.ts',
  '/page.js%00.html',
  '/api',
  '/api/secrets',
  '/\\..\\package.json',
])('%s is nothing that is served', async (path) => {
  const { url } = await aConsole();
  expect(await ask(url, path)).toMatchObject({ status: 404 });
});

const spoken = { 'content-type': 'application/json' };
const body = JSON.stringify({ incident: 'shop-1', by: 'ana' });

test('only the page itself may change something', async () => {
  const { url } = await aConsole();
  const { host } = new URL(url);
  const post = (headers: Record<string, string>) =>
    ask(url, '/api/acknowledge', { method: 'POST', headers: { ...spoken, ...headers }, body });
  // It is let through, and there is no such incident.
  expect(await post({ origin: url })).toMatchObject({ status: 409 });
  const port = new URL(url).port;
  expect(await post({ origin: `http://localhost:${port}`, host: `localhost:${port}` })).toMatchObject({
    status: 409,
  });
  for (const headers of [
    {},
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { origin: `https://${host}` },
    { origin: 'https://evil.example' },
    { origin: `http://localhost:${port}` },
    { origin: `http://${host}.evil.example` },
  ])
    expect({ headers, status: (await post(headers)).status }).toEqual({ headers, status: 403 });
});

test.each(['/', '/api/live', '/api/plot'])('%s is not given out under a foreign name', async (path) => {
  const { url } = await aConsole();
  expect(await ask(url, path, { headers: { host: 'rebound.example' } })).toMatchObject({ status: 403 });
  expect(await ask(url, path, { headers: { origin: 'https://evil.example' } })).toMatchObject({
    status: 403,
  });
});

test('a body that is no JSON, of another type, or longer than a person writes is refused', async () => {
  const { url } = await aConsole();
  const post = (text: string, type = 'application/json') =>
    ask(url, '/api/acknowledge', {
      method: 'POST',
      headers: { origin: url, 'content-type': type },
      body: text,
    });
  expect(await post('{')).toMatchObject({ status: 400 });
  expect(await post(body, 'text/plain')).toMatchObject({ status: 415 });
  expect(await post(body, 'application/x-www-form-urlencoded')).toMatchObject({ status: 415 });
  expect(await post(JSON.stringify({ incident: 'x'.repeat(20_000) }))).toMatchObject({ status: 413 });
  expect(await ask(url, '/', { method: 'DELETE' })).toMatchObject({ status: 405 });
});

test('a plot is of a rule of the catalog, or there is none', async () => {
  const { url } = await aConsole();
  const known = await ask(url, '/api/plot?system=shop&alarm=homeostat-shop-shop-ServiceDown-0a1b2c3d');
  expect(JSON.parse(known.body)).toMatchObject({ lines: [], threshold: { comparison: '==', value: 0 } });
  for (const query of ['', '?system=shop', '?system=__proto__&alarm=x', '?system=shop&alarm=constructor'])
    expect(await ask(url, `/api/plot${query}`)).toMatchObject({ status: 404 });
});

test('a page hears all parts after a fresh look, then only news, and after a loss only what it missed', async () => {
  const { url, incidents } = await aConsole();
  const first = await listen(url);
  expect(first.headers.get('content-type')).toContain('text/event-stream');
  const all = await first.until(isLook);
  expect(all.filter(({ event }) => event === 'part').map(({ data }) => data.name)).toEqual(
    expect.arrayContaining([
      'frame',
      'services',
      'rules',
      'incidents',
      'resolved',
      'silences',
      'told',
      'tryNext',
    ]),
  );
  const lastId = all.findLast(({ id }) => id !== undefined)?.id ?? '';
  first.stop();

  const commit = {
    seq: 1,
    atMs: Date.now(),
    by: 'person:ana',
    catalogHash: '',
    events: [
      {
        type: 'silence-added' as const,
        silence: { id: 's1', match: { job: 'a' }, by: 'ana', reason: '</script>\n\ndata: x', untilMs: 9e12 },
        because: 'test',
      },
    ],
  };
  await incidents.append('shop', commit, foldCommit(EMPTY_STATE, commit), undefined);
  for (const again of [
    await listen(url, '/api/live', { 'last-event-id': lastId }),
    await listen(url, `/api/live?after=${lastId}`),
  ]) {
    const missed = (await again.until(isLook)).filter(({ event }) => event === 'part');
    expect(missed.map(({ data }) => data.name)).toContain('silences');
    expect(missed.map(({ data }) => data.name)).not.toContain('frame');
    again.stop();
  }
  const stranger = await listen(url, '/api/live', { 'last-event-id': 'another-run-7' });
  expect((await stranger.until(isLook)).map(({ data }) => data.name)).toContain('frame');
});

test('while the log cannot be read, the page is told so, and since when it knows nothing', async () => {
  const { url, incidents } = await aConsole();
  const page = await listen(url);
  const [look] = (await page.until(isLook)).slice(-1);
  expect(look?.data.problem).toBeUndefined();
  incidents.failure = new Error('the table is gone');
  const failing = await page.until(({ data }) => data.problem !== undefined);
  expect(failing.at(-1)?.data).toMatchObject({ problem: 'the table is gone' });
  expect(failing.at(-1)?.data.asOfMs).toBeLessThanOrEqual(failing.at(-1)?.data.nowMs ?? 0);
  const asked = await ask(url, '/api/acknowledge', {
    method: 'POST',
    headers: { ...spoken, origin: url },
    body,
  });
  expect(asked).toMatchObject({ status: 500 });
  expect(JSON.parse(asked.body)).toEqual({ done: false, message: 'the table is gone' });
  incidents.failure = undefined;
  await page.until(({ event, data }) => event === 'look' && data.problem === undefined);
});

test('a server that never could look says that it knows nothing', async () => {
  const { url, incidents } = await aConsole();
  incidents.failure = new Error('the table is gone');
  const page = await listen(url);
  const heard = await page.until(isLook);
  expect(heard).toHaveLength(1);
  expect(heard[0]?.data).not.toHaveProperty('asOfMs');
});

test('at the end every page is told, and nothing holds the end up', async () => {
  const { url, close } = await aConsole();
  const page = await listen(url);
  await page.until(isLook);
  await close();
  await page.until(({ event }) => event === 'ended');
  await expect(ask(url, '/')).rejects.toThrow('ECONNREFUSED');
});
