import { expect, test } from 'vitest';
import { answerOfError } from '../../../../local/door/answer-error.ts';
import { encodeCbor } from '../../../../local/door/encode-cbor.ts';
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
  expect(body).toEqual(encodeCbor({ __type: 'QueueDoesNotExist', message: 'gone' }));
});
