import { expect, test } from 'vitest';
import { MAX_SAMPLES, readScrape } from '../../../../../shared/domain/collection/read-scrape.ts';

const page = (body: string | Uint8Array, over: { status?: number; contentType?: string } = {}) =>
  readScrape({ status: 200, contentType: 'text/plain', body: Buffer.from(body), ...over });

test('a page in the text format is a scrape, whatever its type says', () => {
  expect(page('# TYPE a counter\na 1\n# EOF\n')).toMatchObject({
    ok: true,
    samples: [{ name: 'a', value: 1 }],
  });
  expect(page('a 1\n', { contentType: '' })).toMatchObject({ ok: true });
  expect(page('')).toMatchObject({ ok: true, samples: [] });
});

test.each([
  ['HTTP 503', page('a 1', { status: 503 }), 'http_status', 'answered HTTP 503, not 200'],
  ['a redirect that leads nowhere', page('', { status: 302 }), 'http_status', 'answered HTTP 302, not 200'],
  [
    'HTML by type',
    page('a 1', { contentType: 'text/html' }),
    'html',
    'answered HTML (content type text/html)',
  ],
  ['HTML by content', page('\n <html>'), 'html', 'answered HTML (content type text/plain)'],
  ['invalid UTF-8', page(Buffer.from([0x61, 0x80])), 'invalid_utf8', 'answered bytes that are not UTF-8'],
  ['a bad line', page('a 1\n{ 2'), 'parse', 'line 2: expected a label name, found "2"'],
  ['JSON', page('{"status":"ok"}'), 'parse', 'line 1: expected "=", found ":\\"ok\\"}"'],
  [
    'a flood',
    page('a 1\n'.repeat(MAX_SAMPLES + 1)),
    'too_many_samples',
    `line ${String(MAX_SAMPLES + 1)}: more than 50000 samples`,
  ],
])('%s is a failure with its reason', (_, read, reason, detail) => {
  expect(read).toEqual({ ok: false, reason, detail });
});
