import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { expect, onTestFinished, test } from 'vitest';
import { createCloudWatch } from '../../../../local/cloudwatch/cloudwatch.ts';
import { openDoor } from '../../../../local/door/door.ts';
import { realClock } from '../../../../local/kernel/real-clock.ts';
import { readTruths } from '../../../../shared/application/reconcile.ts';
import { cloudWatchAlarmReader, PATIENT } from '../../../../shared/adapters/cloudwatch/alarm-reader.ts';
import { EMPTY_STATE } from '../../../../shared/domain/incident/state.ts';
import { aRule, aSystem } from '../../../builders/catalog.ts';
import { createFakeKernel } from '../../../fakes/fake-kernel.ts';
import { FakeClock } from '../../../fakes/fake-clock.ts';
import { fakePrometheus } from '../../../fakes/fake-prometheus.ts';
import { aPromqlAlarm } from './cloud.ts';

/** CloudWatch answers nine DescribeAlarmContributors a second; a bad night has more alarms than that. */
test('alarms beyond the rate of CloudWatch are all read: the SDK asks again until it is let through', async () => {
  const clock = realClock();
  const cloudwatch = createCloudWatch({ ...createFakeKernel(), clock });
  const door = await openDoor({
    services: [cloudwatch],
    roleOf: () => undefined,
    log: () => undefined,
    clock,
  });
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  const client = new CloudWatchClient({
    ...PATIENT,
    endpoint: door.endpoint,
    region: 'us-east-1',
    credentials,
  });
  onTestFinished(async () => {
    client.destroy();
    await door.close();
    clock.stop();
  });
  const rules = Array.from({ length: 25 }, (_, at) => aRule({ alert: `Down${String(at)}` }));
  for (const { alarmName } of rules) {
    const properties = { ...aPromqlAlarm(), AlarmName: alarmName };
    const declared = { stack: 's', logicalId: 'l', suggestedName: 's-l', properties };
    await cloudwatch.resources?.[0]?.put(declared);
  }
  let throttled = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args).catch((error: unknown) => {
        throttled += 1;
        throw error;
      });
      return answer;
    },
    { step: 'deserialize', priority: 'high' },
  );
  const alarms = cloudWatchAlarmReader(client);
  const senses = { clock: new FakeClock(), alarms, series: fakePrometheus() };
  const toRead = rules.map((rule) => ({ rule, value: 'OK' as const }));
  const truths = await readTruths(senses, aSystem({ rules }), EMPTY_STATE, toRead);
  expect(truths.map(({ alarm }) => alarm)).toEqual(rules.map(({ alarmName }) => alarmName));
  expect(throttled).toBeGreaterThan(0);
});
