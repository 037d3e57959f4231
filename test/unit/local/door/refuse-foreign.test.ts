import { expect, test } from 'vitest';
import { refuseForeign } from '../../../../local/door/refuse-foreign.ts';

test.each([
  { host: '127.0.0.1:4566' },
  { host: 'localhost' },
  { host: 'LOCALHOST:80' },
  { host: '[::1]:4566' },
  { host: 'sqs.localhost:4566' },
  { host: '127.0.0.1:4566', origin: 'http://localhost:8080' },
])('$host with origin $origin is let in', (headers) => {
  expect(refuseForeign(headers)).toBeUndefined();
});

test.each([
  { host: 'evil.example' },
  { host: '127.0.0.1.evil.example:4566' },
  { host: 'localhost.evil.example' },
  { host: 'localhost@evil.example' },
  { host: '0.0.0.0:4566' },
  { host: '' },
  {},
])('$host is refused: a foreign name may resolve to this machine', (headers) => {
  expect(refuseForeign(headers)).toContain('answers only to 127.0.0.1 and localhost');
});

test.each(['https://evil.example', 'http://localhost.evil.example', 'null', ''])(
  'a page of "%s" is refused',
  (origin) => {
    expect(refuseForeign({ host: '127.0.0.1', origin })).toContain(`a page of "${origin}"`);
  },
);
