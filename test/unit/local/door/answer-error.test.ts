import { expect, test } from 'vitest';
import { answerOfError } from '../../../../local/door/answer-error.ts';
import { encodeCborTexts } from '../../../../local/door/encode-cbor.ts';
import { AwsError } from '../../../../local/kernel/service.ts';

const error = new AwsError('QueueDoesNotExist', 'gone');
const rpc = {
  targetPrefix: 'X',
  jsonVersion: '1.0' as const,
  operations: {},
  queryErrors: { QueueDoesNotExist: 'AWS.Gone' },
};

test('an error has its other code in the Query protocol', () => {
  const { body } = answerOfError({ protocol: 'query', error, rpc, requestId: 'r' });
  expect(body).toContain('<Code>AWS.Gone</Code><Message>gone</Message>');
});

test('a client that comes from Query hears both codes', () => {
  const told = answerOfError({ protocol: 'json', error, rpc, requestId: 'r', isQueryMode: true });
  expect(told.headers).toMatchObject({
    'x-amzn-errortype': 'QueueDoesNotExist',
    'x-amzn-query-error': 'AWS.Gone;Sender',
  });
  const plain = answerOfError({ protocol: 'json', error, rpc, requestId: 'r' });
  expect(plain.headers).not.toHaveProperty('x-amzn-query-error');
});

test('a client of CBOR is told in CBOR', () => {
  const { headers, body } = answerOfError({ protocol: 'cbor', error, requestId: 'r' });
  expect(headers).toEqual({ 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' });
  expect(body).toEqual(encodeCborTexts({ __type: 'QueueDoesNotExist', message: 'gone' }));
});

// RFC 8949, appendix A: "a" is 6161, {"a": "A"} is a161616141.
test.each([
  { texts: {}, hex: 'a0' },
  { texts: { a: 'A' }, hex: 'a161616141' },
  { texts: { a: 'ü' }, hex: 'a1616162c3bc' },
  { texts: { a: 'x'.repeat(24) }, hex: `a161617818${'78'.repeat(24)}` },
  { texts: { a: 'x'.repeat(256) }, hex: `a16161790100${'78'.repeat(256)}` },
  { texts: { a: 'x'.repeat(65_536) }, hex: `a161617a00010000${'78'.repeat(65_536)}` },
])('texts are written as RFC 8949 has it: $hex', ({ texts, hex }) => {
  expect(Buffer.from(encodeCborTexts(texts)).toString('hex')).toBe(hex);
});
