import { expect, test } from 'vitest';
import { ALARM_PREFIX } from '../../shared/contract/alarm-name.ts';
import { theFleet } from './fleet-catalog.ts';
import { synthesized } from './synthesized.ts';

/** Law 2: who watches the watcher is CloudWatch, with none of our code in between. */

const app = synthesized(theFleet());
const SELF = 'arn:aws:sns:eu-west-1:111122223333:homeostat-self';
const alarms = app
  .of('AWS::CloudWatch::Alarm')
  .map(({ properties }) => properties)
  .filter((properties) => 'MetricName' in properties);
const functions = app.of('AWS::Lambda::Function').map(({ properties }) => String(properties['FunctionName']));
const scheduled = app
  .of('AWS::Scheduler::Schedule')
  .map(({ properties }) => (properties['Target'] as { Arn: string }).Arn.replace(/^.*:/, ''));

const watched = (metric: string): Map<string, Readonly<Record<string, unknown>>> =>
  new Map(
    alarms
      .filter(({ MetricName }) => MetricName === metric)
      .map((alarm) => [String((alarm['Dimensions'] as { Value: string }[])[0]?.Value), alarm]),
  );

test('errors of every function raise an alarm', () => {
  const errors = watched('Errors');
  expect([...errors.keys()].toSorted()).toEqual(functions.toSorted());
  for (const alarm of errors.values()) {
    expect(alarm).toMatchObject({
      Namespace: 'AWS/Lambda',
      Statistic: 'Sum',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  }
});

test('a scheduled function that does not run raises an alarm: no invocations are too few', () => {
  const silent = watched('Invocations');
  expect([...silent.keys()].toSorted()).toEqual(scheduled.toSorted());
  expect(scheduled).toContain('homeostat-escalate');
  for (const alarm of silent.values()) {
    expect(alarm).toMatchObject({
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Period: 60,
      EvaluationPeriods: 3,
    });
  }
});

test('alarm events that wait, and those put aside, raise an alarm', () => {
  expect(watched('ApproximateAgeOfOldestMessage').get('homeostat-alarm-events')).toMatchObject({
    Namespace: 'AWS/SQS',
    Statistic: 'Maximum',
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 60,
  });
  expect(watched('ApproximateNumberOfMessagesVisible').get('homeostat-alarm-events-dead')).toMatchObject({
    Namespace: 'AWS/SQS',
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 0,
  });
});

test('a message that SNS could not deliver raises an alarm', () => {
  expect(watched('ApproximateNumberOfMessagesVisible').get('homeostat-undelivered')).toMatchObject({
    Namespace: 'AWS/SQS',
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 0,
  });
});

test('they all tell people directly, and say nothing when all is well again', () => {
  expect(alarms).toHaveLength(functions.length + scheduled.length + 3);
  for (const alarm of alarms) {
    expect(alarm['AlarmActions']).toEqual([SELF]);
    expect(alarm).not.toHaveProperty('OKActions');
    expect(alarm['ActionsEnabled']).not.toBe(false);
  }
});

test('intake never hears of them: their names do not begin as those of our rules do', () => {
  for (const { AlarmName: name } of alarms) expect(String(name).startsWith(ALARM_PREFIX)).toBe(false);
});

test('every text says what it means for the people who read it', () => {
  for (const { AlarmDescription: text } of alarms) expect(String(text).length).toBeGreaterThan(40);
});
