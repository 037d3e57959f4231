import { expect, test } from 'vitest';
import { theFleet } from './fleet-catalog.ts';
import { rightsOf } from './rights.ts';
import { synthesized } from './synthesized.ts';

/** R1: `recover` is durable, and only our own code starts it. */

const app = synthesized(theFleet());
const recover = app.one('AWS::Lambda::Function', 'Recover').properties;
const LIVE = 'arn:aws:lambda:eu-west-1:111122223333:function:homeostat-recover:live';

test('recover is a durable function from the start, with time for waits of a day', () => {
  expect(recover['DurableConfig']).toEqual({ ExecutionTimeout: 86_400, RetentionPeriodInDays: 14 });
  const durable = app.of('AWS::Lambda::Function').filter(({ properties }) => 'DurableConfig' in properties);
  expect(durable).toHaveLength(1);
});

test('it is started under the alias live, which points to a published version', () => {
  expect(app.one('AWS::Lambda::Alias').properties).toEqual({
    FunctionName: 'homeostat-recover',
    FunctionVersion: '1',
    Name: 'live',
  });
});

test('a deployment leaves the version alone that running executions are bound to', () => {
  expect(app.one('AWS::Lambda::Version').deletionPolicy).toBe('Retain');
});

test('our functions that write the log may start it, through the alias only; nobody else may', () => {
  const starters = app
    .of('AWS::Lambda::Function')
    .map(({ properties }) => String(properties['FunctionName']))
    .filter((name) => rightsOf(app, name).some((right) => right.startsWith('lambda:Invoke')));
  expect(starters.toSorted()).toEqual(['homeostat-escalate', 'homeostat-intake', 'homeostat-recover']);
  for (const name of starters) {
    const started = rightsOf(app, name).filter((right) => right.startsWith('lambda:Invoke'));
    expect(started).toEqual(['lambda:InvokeFunction on lambda function:homeostat-recover:live']);
  }
});

test('they are told its ARN with the alias: an unqualified durable function is refused', () => {
  for (const name of ['Intake', 'Escalate']) {
    const { Environment: environment } = app.one('AWS::Lambda::Function', name).properties;
    expect(environment).toMatchObject({ Variables: { RECOVER_ARN: LIVE } });
  }
});

test('no schedule, queue, rule, topic or permission starts it', () => {
  const roads = [
    'AWS::Scheduler::Schedule',
    'AWS::Lambda::EventSourceMapping',
    'AWS::Events::Rule',
    'AWS::Lambda::Permission',
    'AWS::SNS::Subscription',
    'AWS::CloudWatch::Alarm',
  ];
  for (const { type, id, properties } of roads.flatMap((road) => app.of(road))) {
    if (type === 'AWS::CloudWatch::Alarm' && 'MetricName' in properties) continue;
    expect(JSON.stringify(properties), id).not.toContain('homeostat-recover');
  }
});
