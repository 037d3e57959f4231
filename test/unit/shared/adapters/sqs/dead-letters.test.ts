import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { sqsDeadLetters } from '../../../../../shared/adapters/sqs/dead-letters.ts';
import { answerCalls, SDK_OPTIONS } from '../../../../fakes/fake-sdk.ts';

test('a message is put aside whole, with the reason beside it; an empty one gets a body that SQS takes', async () => {
  const client = new SQSClient(SDK_OPTIONS);
  const calls = answerCalls(client, () => ({}));
  const letters = sqsDeadLetters(client, 'https://queue.test/dead');
  await letters.put('{"a":1}', 'x'.repeat(5_000));
  await letters.put('', 'empty');
  expect(calls.map(({ input }) => input)).toEqual([
    {
      QueueUrl: 'https://queue.test/dead',
      MessageBody: '{"a":1}',
      MessageAttributes: { reason: { DataType: 'String', StringValue: 'x'.repeat(2_000) } },
    },
    {
      QueueUrl: 'https://queue.test/dead',
      MessageBody: '(empty)',
      MessageAttributes: { reason: { DataType: 'String', StringValue: 'empty' } },
    },
  ]);
});
