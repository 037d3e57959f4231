import { expect, test } from 'vitest';
import { ALARM_PREFIX } from '../../shared/contract/alarm-name.ts';
import { theFleet } from './fleet-catalog.ts';
import { synthesized } from './synthesized.ts';

/** From an alarm to intake: EventBridge, queue, and the direct road of critical alarms. */

const app = synthesized(theFleet());
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:homeostat-alarm-events';
const DEAD = `${QUEUE}-dead`;
const queue = app.one('AWS::SQS::Queue', 'AlarmEvents').properties;
const dead = app.one('AWS::SQS::Queue', 'DeadLetters').properties;
const intake = app.one('AWS::Lambda::Function', 'Intake').properties;
const rule = app.one('AWS::Events::Rule').properties;

const statementsFor = (arn: string): Record<string, unknown>[] =>
  app
    .of('AWS::SQS::QueuePolicy')
    .flatMap(
      ({ properties }) =>
        (properties['PolicyDocument'] as { Statement: Record<string, unknown>[] }).Statement,
    )
    .filter(({ Resource }) => Resource === arn);

test('intake takes ten events at a time, at once, in few places, and names those that failed', () => {
  const mapping = app.one('AWS::Lambda::EventSourceMapping').properties;
  expect(mapping).toEqual({
    EventSourceArn: QUEUE,
    FunctionName: 'homeostat-intake',
    BatchSize: 10,
    ScalingConfig: { MaximumConcurrency: 2 },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
});

test('an event stays hidden six times as long as intake may take', () => {
  expect(queue['VisibilityTimeout']).toBe(6 * Number(intake['Timeout']));
});

test('what fails five times goes to the dead letters, which are kept longer than the queue', () => {
  expect(queue['RedrivePolicy']).toEqual({ deadLetterTargetArn: DEAD, maxReceiveCount: 5 });
  expect(Number(dead['MessageRetentionPeriod'])).toBe(14 * 86_400);
  expect(Number(dead['MessageRetentionPeriod'])).toBeGreaterThan(Number(queue['MessageRetentionPeriod']));
});

test('both queues are encrypted and refuse what does not come over TLS', () => {
  for (const [arn, properties] of [
    [QUEUE, queue],
    [DEAD, dead],
  ] as const) {
    expect(properties['SqsManagedSseEnabled']).toBe(true);
    expect(statementsFor(arn)).toContainEqual({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'sqs:*',
      Resource: arn,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  }
});

test('only EventBridge, and only for our rule, may send to the queues', () => {
  const ruleArn = expect.stringMatching(/^arn:aws:events:.*:rule\/AlarmChanges/) as unknown;
  for (const arn of [QUEUE, DEAD]) {
    const allowed = statementsFor(arn).filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toHaveLength(1);
    expect(allowed[0]).toMatchObject({
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
    });
  }
});

test('the rule takes our alarms only, the alarm as a whole and its contributors', () => {
  expect(rule['EventPattern']).toEqual({
    source: ['aws.cloudwatch'],
    'detail-type': ['CloudWatch Alarm State Change', 'CloudWatch Alarm Contributor State Change'],
    detail: { alarmName: [{ prefix: ALARM_PREFIX }] },
  });
  expect(rule['State']).toBe('ENABLED');
});

test('what EventBridge cannot put into the queue for a day is not lost either', () => {
  expect(rule['Targets']).toEqual([
    {
      Id: 'Target0',
      Arn: QUEUE,
      DeadLetterConfig: { Arn: DEAD },
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    },
  ]);
});

test('one permission lets all our alarms call intake, of this account and with our prefix', () => {
  const permissions = app.of('AWS::Lambda::Permission').map(({ properties }) => properties);
  expect(permissions).toEqual([
    {
      Action: 'lambda:InvokeFunction',
      FunctionName: 'homeostat-intake',
      Principal: 'lambda.alarms.cloudwatch.amazonaws.com',
      SourceAccount: '111122223333',
      SourceArn: `arn:aws:cloudwatch:eu-west-1:111122223333:alarm:${ALARM_PREFIX}*`,
    },
  ]);
});
