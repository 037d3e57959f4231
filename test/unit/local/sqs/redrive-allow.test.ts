import { expect, test } from 'vitest';
import { createSqs } from '../../../../local/sqs/sqs.ts';
import { createFakeKernel } from '../../../fakes/fake-kernel.ts';

const arn = (name: string): string => `arn:aws:sqs:us-east-1:123456789012:${name}`;

function deploy(redriveAllowPolicy: object | undefined) {
  const provider = createSqs(createFakeKernel()).resources?.find(({ type }) => type === 'AWS::SQS::Queue');
  const put = async (name: string, properties: object) =>
    provider?.put({
      stack: 's',
      logicalId: name,
      suggestedName: name,
      properties: { QueueName: name, ...properties },
    });
  return async () => {
    await put('dead', redriveAllowPolicy === undefined ? {} : { RedriveAllowPolicy: redriveAllowPolicy });
    await put('work', { RedrivePolicy: { deadLetterTargetArn: arn('dead'), maxReceiveCount: 3 } });
  };
}

test.each([
  [undefined],
  [{ redrivePermission: 'allowAll' }],
  [{ redrivePermission: 'byQueue', sourceQueueArns: [arn('other'), arn('work')] }],
])('a queue may give up its messages to one with the redrive allow policy %j', async (policy) => {
  await expect(deploy(policy)()).resolves.toBeUndefined();
});

test.each([
  [{ redrivePermission: 'denyAll' }],
  [{ redrivePermission: 'byQueue', sourceQueueArns: [arn('other')] }],
])('a queue is refused whose dead-letter queue says %j', async (policy) => {
  await expect(deploy(policy)()).rejects.toThrow('RedriveAllowPolicy');
});
