import { expect, test } from 'vitest';
import { createSqs } from '../../../../local/sqs/sqs.ts';
import { createFakeKernel, type FakeKernel } from '../../../fakes/fake-kernel.ts';

const QueueUrl = 'http://127.0.0.1:4566/123456789012/probe';
const ARN = 'arn:aws:sqs:us-east-1:123456789012:probe';
const POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: ARN,
    },
  ],
};
const Attributes = { MessageRetentionPeriod: '3600', Policy: JSON.stringify(POLICY) };

function theQueues(kernel: FakeKernel) {
  const sqs = createSqs(kernel);
  const run = async (operation: string, input: object) =>
    sqs.rpc?.operations[operation]?.(input, { principal: 'owner', requestId: 'r' });
  const deliver = async (payload: string) =>
    sqs.receive?.(ARN, { payload, from: 'events.amazonaws.com', sourceArn: 'arn:rule' });
  const bodies = async () => {
    const { Messages = [] } = (await run('ReceiveMessage', { QueueUrl })) as {
      Messages?: { Body: string }[];
    };
    return Messages.map(({ Body }) => Body);
  };
  return { sqs, run, deliver, bodies };
}

test('a queue made over the API takes messages and outlives a restart', async () => {
  const kernel = createFakeKernel();
  const { run, deliver } = theQueues(kernel);
  expect(await run('CreateQueue', { QueueName: 'probe', Attributes })).toEqual({
    QueueUrl: expect.stringMatching(/\/123456789012\/probe$/) as unknown,
  });
  await deliver('hello');
  const later = theQueues(kernel.restart());
  await later.sqs.start?.();
  expect(await later.run('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] })).toMatchObject({
    Attributes: { QueueArn: ARN, MessageRetentionPeriod: '3600' },
  });
  expect(await later.bodies()).toEqual(['hello']);
});

test('a deleted queue is gone with its messages, also after a restart', async () => {
  const kernel = createFakeKernel();
  const { run, deliver } = theQueues(kernel);
  await run('CreateQueue', { QueueName: 'probe', Attributes });
  await deliver('hello');
  await run('DeleteQueue', { QueueUrl });
  await expect(run('DeleteQueue', { QueueUrl })).rejects.toMatchObject({ code: 'QueueDoesNotExist' });
  const later = theQueues(kernel.restart());
  await later.sqs.start?.();
  expect(await later.run('ListQueues', {})).toEqual({ QueueUrls: [] });
  await later.run('CreateQueue', { QueueName: 'probe' });
  expect(await later.bodies()).toEqual([]);
});

test('the same queue twice is one, with other attributes it is an error', async () => {
  const { run } = theQueues(createFakeKernel());
  await run('CreateQueue', { QueueName: 'probe', Attributes });
  await run('CreateQueue', { QueueName: 'probe', Attributes });
  await expect(run('CreateQueue', { QueueName: 'probe' })).rejects.toMatchObject({
    code: 'QueueNameExists',
  });
});

test.each([
  { input: { QueueName: 'a/b' }, says: '1 to 80 letters' },
  { input: { QueueName: 'a', Attributes: { Policy: '{' } }, says: 'The Policy is not valid JSON' },
  { input: { QueueName: 'a', Attributes: { VisibilityTimeout: '-1' } }, says: 'VisibilityTimeout' },
])('$input is refused', async ({ input, says }) => {
  const { run } = theQueues(createFakeKernel());
  await expect(run('CreateQueue', input)).rejects.toThrow(says);
});
