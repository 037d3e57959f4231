import { expect, test } from 'vitest';
import { toldLine, toldOf } from '../../../cli/told.ts';
import type { OutboxMessage } from '../../../local/sns/outbox.ts';
import { readCatalogFolder } from '../../../shared/adapters/files/read-catalog.ts';
import { compileCatalog } from '../../../shared/domain/catalog/compile.ts';

const compiled = compileCatalog(readCatalogFolder('examples/quickstart'));
if (!compiled.ok) throw new Error('the quick start is not valid');
const { catalog } = compiled;

const aMessage = (topic: string, over: Partial<OutboxMessage> = {}): OutboxMessage => ({
  at: '2026-03-01T09:00:05.123Z',
  protocol: 'email',
  endpoint: 'ana@example.com',
  topic: `arn:aws:sns:us-east-1:123456789012:${topic}`,
  message: 'inventory does not answer\nand more',
  attributes: {},
  messageId: 'm1',
  ...over,
});

test.each([
  { topic: 'homeostat-person-ana', kind: 'page', who: 'Ana Silva' },
  { topic: 'homeostat-system-shop', kind: 'notice', who: 'subscribers of shop' },
  { topic: 'homeostat-self', kind: 'notice', who: 'homeostat-self' },
])('$topic is a $kind to $who', ({ topic, kind, who }) => {
  expect(toldOf([aMessage(topic)], catalog)).toEqual([
    { at: '2026-03-01T09:00:05.123Z', kind, who, via: ['email'], subject: 'inventory does not answer' },
  ]);
});

test('one message by several ways is told once, and another one apart', () => {
  const told = toldOf(
    [
      aMessage('homeostat-person-ana'),
      aMessage('homeostat-person-ana', { protocol: 'sms', endpoint: '+15550100001' }),
      aMessage('homeostat-person-ana', { messageId: 'm2', subject: 'recovered' }),
    ],
    catalog,
  );
  expect(told.map(({ via, subject }) => [via, subject])).toEqual([
    [['email', 'sms'], 'inventory does not answer'],
    [['email'], 'recovered'],
  ]);
});

test('a line says when, who, how and what', () => {
  const [told] = toldOf([aMessage('homeostat-person-ana')], catalog);
  if (told === undefined) throw new Error('nothing was told');
  expect(toldLine(told)).toMatch(/^\d\d:\d\d:05 {2}page {4}Ana Silva \(email\): inventory does not answer$/);
});
