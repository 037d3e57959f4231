import { beforeEach, describe, expect, test } from 'vitest';
import { AwsError, type Service } from '../../../../local/kernel/service.ts';
import { createScheduler } from '../../../../local/scheduler/scheduler.ts';
import { createFakeKernel, type FakeKernel } from '../../../fakes/fake-kernel.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:collect';
const DEAD = 'arn:aws:sqs:us-east-1:123456789012:dead';
const MINUTE_MS = 60_000;

let kernel: FakeKernel;
let scheduler: Service;
beforeEach(() => {
  kernel = createFakeKernel({ nowMs: Date.UTC(2026, 2, 1, 10, 0, 20) });
  scheduler = createScheduler(kernel);
});

async function deploy(over: Record<string, unknown> = {}, target: Record<string, unknown> = {}) {
  const put = scheduler.resources?.find(({ type }) => type === 'AWS::Scheduler::Schedule')?.put;
  const Target = { Arn: FUNCTION, RoleArn: 'arn:aws:iam::123456789012:role/r', ...target };
  const properties = {
    ScheduleExpression: 'rate(1 minute)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target,
    ...over,
  };
  return put?.({ stack: 'stack', logicalId: 'Every', suggestedName: 'stack-Every', properties });
}

/** Another cloud over the same state. */
function restart(): void {
  kernel = kernel.restart();
  scheduler = createScheduler(kernel);
}

const times = (): string[] =>
  kernel.deliveries
    .filter(({ arn }) => arn === FUNCTION)
    .map(({ delivery }) => (delivery.payload as { time: string }).time.slice(11, 19));

describe('a schedule', () => {
  test('with a rate runs at the start and then on the minute', async () => {
    await deploy();
    await scheduler.start?.();
    await kernel.clock.advance(2 * MINUTE_MS);
    expect(times()).toEqual(['10:00:20', '10:01:00', '10:02:00']);
    expect(kernel.deliveries[0]?.delivery).toMatchObject({
      from: 'scheduler.amazonaws.com',
      sourceArn: 'arn:aws:scheduler:us-east-1:123456789012:schedule/default/stack-Every',
      payload: { source: 'aws.scheduler', 'detail-type': 'Scheduled Event', detail: '{}' },
    });
  });

  test('with cron follows its time zone', async () => {
    await deploy({ ScheduleExpression: 'cron(30 11 * * ? *)', ScheduleExpressionTimezone: 'Europe/Berlin' });
    await scheduler.start?.();
    await kernel.clock.advance(60 * MINUTE_MS);
    expect(times()).toEqual(['10:30:00']);
  });

  test('that is disabled, or outside of its dates, does not run', async () => {
    await deploy({ State: 'DISABLED' });
    await deploy({ Name: 'later', StartDate: '2026-03-01T10:02:00Z', EndDate: '2026-03-01T10:03:00Z' });
    await scheduler.start?.();
    await kernel.clock.advance(5 * MINUTE_MS);
    expect(times()).toEqual(['10:02:00']);
  });

  test('with at() in the night of the cloud runs once, at the next start', async () => {
    await deploy({ ScheduleExpression: 'at(2026-03-01T10:30:00)' });
    await scheduler.start?.();
    await scheduler.stop?.();
    await kernel.clock.advance(60 * MINUTE_MS);
    restart();
    await deploy({ ScheduleExpression: 'at(2026-03-01T10:30:00)' });
    await scheduler.start?.();
    await kernel.clock.advance(0);
    expect(times()).toEqual(['10:30:00']);
    restart();
    await deploy({ ScheduleExpression: 'at(2026-03-01T10:30:00)' });
    await scheduler.start?.();
    await kernel.clock.advance(0);
    expect(times()).toEqual([]);
  });

  test('with at() before its creation never runs', async () => {
    await deploy({ ScheduleExpression: 'at(2026-03-01T09:00:00)' });
    await scheduler.start?.();
    await kernel.clock.advance(60 * MINUTE_MS);
    expect(times()).toEqual([]);
  });

  test('with a rate waits for its first minute where AWS would', async () => {
    scheduler = createScheduler(kernel, { runsRatesAtStart: false });
    await deploy();
    await scheduler.start?.();
    await kernel.clock.advance(2 * MINUTE_MS);
    expect(times()).toEqual(['10:01:00', '10:02:00']);
  });

  test('with a flexible window runs once somewhere in it, also over a restart', async () => {
    const FlexibleTimeWindow = { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 };
    const schedules = Array.from({ length: 8 }, (_, at) => ({ Name: `s${at}`, FlexibleTimeWindow }));
    const ScheduleExpression = 'at(2026-03-01T10:01:00)';
    for (const schedule of schedules) await deploy({ ScheduleExpression, ...schedule });
    await scheduler.start?.();
    await kernel.clock.advance(MINUTE_MS);
    await scheduler.stop?.();
    const early = kernel.deliveries.length;
    restart();
    for (const schedule of schedules) await deploy({ ScheduleExpression, ...schedule });
    const moments: number[] = [];
    kernel.onDeliver = () => void moments.push(kernel.clock.nowMs());
    await scheduler.start?.();
    await kernel.clock.advance(60 * MINUTE_MS);
    expect(early + moments.length).toBe(8);
    expect(Math.max(...moments)).toBeLessThanOrEqual(Date.UTC(2026, 2, 1, 10, 16));
    expect(new Set(moments).size).toBeGreaterThan(4);
  });

  test('that is taken away stops', async () => {
    await deploy();
    await scheduler.start?.();
    await kernel.clock.advance(0);
    await scheduler.resources
      ?.find(({ type }) => type === 'AWS::Scheduler::Schedule')
      ?.remove?.('stack-Every');
    await kernel.clock.advance(5 * MINUTE_MS);
    expect(times()).toHaveLength(1);
  });

  test('fills the context attributes into its input', async () => {
    const Input =
      '{"at":"<aws.scheduler.scheduled-time>","try":<aws.scheduler.attempt-number>,"x":"<aws.scheduler.other>"}';
    await deploy({}, { Input });
    await scheduler.start?.();
    await kernel.clock.advance(0);
    expect(kernel.deliveries[0]?.delivery.payload).toEqual({
      at: '2026-03-01T10:00:20Z',
      try: 1,
      x: '<aws.scheduler.other>',
    });
  });
});

describe('a delivery that fails', () => {
  test('is tried again with growing pauses, over a restart, until it arrives', async () => {
    await deploy({ ScheduleExpression: 'at(2026-03-01T10:01:00)' });
    kernel.onDeliver = () => Promise.reject(new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429));
    await scheduler.start?.();
    await kernel.clock.advance(MINUTE_MS);
    await scheduler.stop?.();
    restart();
    await deploy({ ScheduleExpression: 'at(2026-03-01T10:01:00)' });
    await scheduler.start?.();
    await kernel.clock.advance(MINUTE_MS);
    expect(times()).toEqual(['10:01:00']);
  });

  test('goes to the dead-letter queue when its tries are used up', async () => {
    const RetryPolicy = { MaximumRetryAttempts: 2 };
    await deploy(
      { ScheduleExpression: 'at(2026-03-01T10:01:00)' },
      { RetryPolicy, DeadLetterConfig: { Arn: DEAD }, Input: '{"n":1}' },
    );
    let tries = 0;
    kernel.onDeliver = (arn) => {
      if (arn !== FUNCTION) return;
      tries += 1;
      throw new AwsError('ResourceNotFoundException', 'Function not found', 404);
    };
    await scheduler.start?.();
    await kernel.clock.advance(10 * MINUTE_MS);
    expect(tries).toBe(3);
    expect(kernel.deliveries).toHaveLength(1);
    expect(kernel.deliveries[0]).toMatchObject({
      arn: DEAD,
      delivery: {
        payload: { n: 1 },
        attributes: {
          ERROR_CODE: { value: 'ResourceNotFoundException' },
          EXHAUSTED_RETRY_CONDITION: { value: 'MaximumRetryAttempts' },
          RETRY_ATTEMPTS: { value: '2' },
        },
      },
    });
  });

  test('is given up when it is too old', async () => {
    const RetryPolicy = { MaximumEventAgeInSeconds: 60 };
    await deploy({ ScheduleExpression: 'at(2026-03-01T10:01:00)' }, { RetryPolicy });
    kernel.onDeliver = () => Promise.reject(new Error('no room'));
    await scheduler.start?.();
    await kernel.clock.advance(60 * MINUTE_MS);
    expect(kernel.logs.filter(({ message }) => message.includes('MaximumEventAgeInSeconds'))).toHaveLength(1);
  });
});

test.each([
  [{ FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, 'MaximumWindowInMinutes'],
  [{ FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1_441 } }, 'MaximumWindowInMinutes'],
  [{ ScheduleExpressionTimezone: 'Mars/Olympus' }, 'Mars/Olympus'],
  [
    { Target: { Arn: 'arn:aws:scheduler:::aws-sdk:ecs:updateService', RoleArn: 'r' } },
    'only Lambda, SQS and SNS',
  ],
  [{ ScheduleExpression: 'rate(1 week)' }, 'minutes, hours or days'],
])('%j is refused', async (over, why) => {
  await expect(deploy(over)).rejects.toThrow(why);
});
