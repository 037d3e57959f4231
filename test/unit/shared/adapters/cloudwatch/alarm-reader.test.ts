import { CloudWatchClient, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch';
import { expect, test } from 'vitest';
import { cloudWatchAlarmReader } from '../../../../../shared/adapters/cloudwatch/alarm-reader.ts';
import type { SdkCall } from '../../../../fakes/fake-sdk.ts';
import { answerCalls, SDK_OPTIONS } from '../../../../fakes/fake-sdk.ts';

function start(answer: (call: SdkCall) => object) {
  const client = new CloudWatchClient(SDK_OPTIONS);
  const calls = answerCalls(client, answer);
  return { reader: cloudWatchAlarmReader(client), calls };
}

test('every page of the alarms in ALARM is read', async () => {
  const { reader, calls } = start(({ input }) =>
    input['NextToken'] === undefined
      ? { MetricAlarms: [{ AlarmName: 'a' }, {}], NextToken: '2' }
      : { MetricAlarms: [{ AlarmName: 'b' }] },
  );
  expect(await reader.inAlarm('homeostat-shop-')).toEqual(['a', 'b']);
  expect(calls[0]?.input).toMatchObject({ AlarmNamePrefix: 'homeostat-shop-', StateValue: 'ALARM' });
});

test('every page of the contributors is read; without a time it has always been so', async () => {
  const { reader } = start(({ input }) =>
    input['NextToken'] === undefined
      ? {
          AlarmContributors: [
            { ContributorAttributes: { job: 'a' }, StateTransitionedTimestamp: new Date(5_000) },
          ],
          NextToken: '2',
        }
      : { AlarmContributors: [{}] },
  );
  expect(await reader.contributors('x')).toEqual([
    { attributes: { job: 'a' }, sinceMs: 5_000 },
    { attributes: {}, sinceMs: 0 },
  ]);
});

test('an alarm that is OK has no contributors, one that does not exist has no answer', async () => {
  expect(await start(() => ({})).reader.contributors('x')).toEqual([]);
  const gone = start(() => {
    throw new ResourceNotFoundException({ message: 'no such alarm', $metadata: {} });
  });
  expect(await gone.reader.contributors('x')).toBeUndefined();
});

test('any other error is an error', async () => {
  const { reader } = start(() => {
    throw new Error('AccessDenied');
  });
  await expect(reader.contributors('x')).rejects.toThrow('AccessDenied');
});
