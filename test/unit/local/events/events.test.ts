import { describe, expect, test } from 'vitest';
import { createEvents, type Events } from '../../../../local/events/events.ts';
import { AwsError, type DeployedResource } from '../../../../local/kernel/service.ts';
import { createFakeKernel, type FakeKernel } from '../../../fakes/fake-kernel.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:intake';
const DEAD = `${QUEUE}-dead`;
const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:intake';
const RULE_ARN = 'arn:aws:events:us-east-1:123456789012:rule/alarms';

const ALARM = {
  source: 'aws.cloudwatch',
  detailType: 'CloudWatch Alarm State Change',
  resources: ['arn:alarm'],
  detail: {
    alarmName: 'homeostat-shop-x',
    state: { value: 'ALARM', reason: 'it is "bad"' },
    tags: ['a', 'b'],
  },
};

async function put(events: Events, properties: object): Promise<DeployedResource | undefined> {
  return events.resources?.[0]?.put({
    stack: 'app',
    logicalId: 'Rule',
    suggestedName: 'app-Rule',
    properties: { Name: 'alarms', EventPattern: { source: ['aws.cloudwatch'] }, ...properties },
  });
}

async function deploy(kernel: FakeKernel, target: object, rule: object = {}): Promise<Events> {
  const events = createEvents(kernel);
  await put(events, { Targets: [{ Arn: QUEUE, Id: 'T', ...target }], ...rule });
  await events.start?.();
  return events;
}

const payloads = (kernel: FakeKernel) => kernel.deliveries.map(({ delivery }) => delivery.payload);

async function inputOf(target: object): Promise<unknown> {
  const kernel = createFakeKernel();
  const events = await deploy(kernel, target);
  events.emit(ALARM);
  await kernel.clock.advance(0);
  return payloads(kernel)[0];
}

describe('rules', () => {
  test('Ref is the name, Arn an attribute', async () => {
    expect(await put(createEvents(createFakeKernel()), {})).toEqual({
      ref: 'alarms',
      attributes: { Arn: RULE_ARN },
    });
  });

  test.each([
    { properties: { ScheduleExpression: 'rate(1 minute)' }, message: 'AWS::Scheduler::Schedule' },
    { properties: { EventBusName: 'other' }, message: 'the default bus' },
    { properties: { EventPattern: { source: 'aws.ecs' } }, message: 'EventPattern.source' },
    {
      properties: { Targets: [{ Arn: 'arn:aws:states:x', Id: 'T' }] },
      message: 'a function, queue or topic',
    },
    { properties: { Targets: [{ Arn: QUEUE, Id: 'T', EcsParameters: {} }] }, message: 'EcsParameters' },
    {
      properties: { Targets: [{ Arn: QUEUE, Id: 'T', Input: '{}', InputPath: '$' }] },
      message: '2 of Input',
    },
    {
      properties: { Targets: [{ Arn: QUEUE, Id: 'T', InputPath: '$.a[*]' }] },
      message: 'JSON path "$.a[*]"',
    },
    { properties: { Targets: [{ Arn: QUEUE, Id: 'T', InputPath: 'detail' }] }, message: 'starts with $' },
  ])('refused: $message', async ({ properties, message }) => {
    await expect(put(createEvents(createFakeKernel()), properties)).rejects.toThrow(message);
  });

  test.each([
    { rule: {}, isWanted: true },
    { rule: { State: 'DISABLED' }, isWanted: false },
    { rule: { EventPattern: { detail: { alarmName: [{ prefix: 'homeostat-' }] } } }, isWanted: true },
    { rule: { EventPattern: { 'detail-type': [{ wildcard: '*Contributor*' }] } }, isWanted: false },
    { rule: { EventPattern: { resources: ['arn:alarm'] } }, isWanted: true },
  ])('$rule gives $isWanted', async ({ rule, isWanted }) => {
    const kernel = createFakeKernel();
    const events = await deploy(kernel, {}, rule);
    events.emit(ALARM);
    await kernel.clock.advance(0);
    expect(kernel.deliveries).toHaveLength(isWanted ? 1 : 0);
  });

  test('a rule that is no longer declared wants nothing', async () => {
    const kernel = createFakeKernel();
    const events = await deploy(kernel, {});
    await events.resources?.[0]?.remove?.('alarms');
    events.emit(ALARM);
    await kernel.clock.advance(0);
    expect(kernel.deliveries).toEqual([]);
  });
});

describe('what a target gets', () => {
  test('a queue gets the event as text, in its envelope', async () => {
    const kernel = createFakeKernel({ nowMs: Date.UTC(2026, 2, 1, 9, 0, 0, 250) });
    const events = await deploy(kernel, {});
    events.emit(ALARM);
    await kernel.clock.advance(0);
    expect(kernel.deliveries[0]).toMatchObject({
      arn: QUEUE,
      delivery: { from: 'events.amazonaws.com', sourceArn: RULE_ARN },
    });
    expect(JSON.parse(String(payloads(kernel)[0]))).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      'detail-type': 'CloudWatch Alarm State Change',
      source: 'aws.cloudwatch',
      account: '123456789012',
      time: '2026-03-01T09:00:00Z',
      region: 'us-east-1',
      resources: ['arn:alarm'],
      detail: ALARM.detail,
    });
  });

  test('a function gets the event parsed', async () => {
    expect(await inputOf({ Arn: FUNCTION })).toMatchObject({ detail: { alarmName: 'homeostat-shop-x' } });
  });

  const paths = {
    name: '$.detail.alarmName',
    reason: "$.detail['state'].reason",
    tags: '$.detail.tags',
    no: '$.x.y',
  };
  const template = (InputTemplate: string) => ({ InputTransformer: { InputPathsMap: paths, InputTemplate } });
  test.each([
    { target: { Input: '{"kind":"tick"}' }, input: '{"kind":"tick"}' },
    { target: { Arn: FUNCTION, Input: '{"kind":"tick"}' }, input: { kind: 'tick' } },
    { target: { InputPath: '$.detail.tags[1]' }, input: '"b"' },
    { target: { InputPath: '$.detail.tags[2]' }, input: 'null' },
    {
      target: template('{"n": <name>, "t": <tags>, "no": <no>}'),
      input: '{"n": "homeostat-shop-x", "t": ["a","b"], "no": null}',
    },
    { target: template('"<name>: <reason><no>"'), input: '"homeostat-shop-x: it is \\"bad\\""' },
    { target: template('<name> \\"is\\" <reason>'), input: 'homeostat-shop-x \\"is\\" it is "bad"' },
    {
      target: template('{"rule": "<aws.events.rule-name>", "x": "<unknown>"}'),
      input: '{"rule": "alarms", "x": "<unknown>"}',
    },
    {
      target: { ...template('{"at": <aws.events.event.ingestion-time>}'), Arn: FUNCTION },
      input: { at: '2026-03-01T00:00:00Z' },
    },
    { target: { ...template('plain <name>'), Arn: FUNCTION }, input: 'plain homeostat-shop-x' },
  ])('$target', async ({ target, input }) => {
    expect(await inputOf(target)).toEqual(input);
  });

  test('the whole event can be put into a template', async () => {
    const input = await inputOf({
      ...template('{"e": <aws.events.event.json>, "h": <aws.events.event>}'),
      Arn: FUNCTION,
    });
    expect(input).toMatchObject({ e: { detail: ALARM.detail }, h: { source: 'aws.cloudwatch' } });
    expect(input).not.toHaveProperty('h.detail');
  });
});

describe('at least once', () => {
  test('a target that is down gets the event later, even over a restart', async () => {
    const kernel = createFakeKernel();
    kernel.onDeliver = () => {
      throw new Error('down');
    };
    const events = await deploy(kernel, {});
    events.emit(ALARM);
    await kernel.clock.advance(10_000);
    const after = kernel.restart();
    await deploy(after, {});
    await after.clock.advance(8_000);
    expect(after.deliveries).toHaveLength(1);
  });

  test('after the retries the event goes to the dead-letter queue, and says why', async () => {
    const kernel = createFakeKernel();
    kernel.onDeliver = (arn) => {
      if (arn === QUEUE) throw new AwsError('ServiceUnavailable', 'down', 503);
    };
    const events = await deploy(kernel, {
      RetryPolicy: { MaximumRetryAttempts: 2 },
      DeadLetterConfig: { Arn: DEAD },
    });
    events.emit(ALARM);
    await kernel.clock.advance(3_000);
    expect(kernel.deliveries).toMatchObject([
      {
        arn: DEAD,
        delivery: {
          attributes: {
            RULE_ARN: { value: RULE_ARN },
            TARGET_ARN: { value: QUEUE },
            ERROR_CODE: { value: 'ServiceUnavailable' },
            RETRY_ATTEMPTS: { type: 'Number', value: '2' },
            EXHAUSTED_RETRY_CONDITION: { value: 'MaximumRetryAttempts' },
          },
        },
      },
    ]);
    expect(String(payloads(kernel)[0])).toContain('homeostat-shop-x');
  });
});

describe('PutEvents', () => {
  const entry = { Source: 'homeostat', DetailType: 'Incident', Detail: '{"id":1}' };
  const send = (events: Events, Entries: readonly object[]) =>
    events.rpc?.operations['PutEvents']?.({ Entries }, { principal: 'owner', requestId: 'r' });

  test('puts events with their own time on the bus', async () => {
    const kernel = createFakeKernel();
    const events = await deploy(kernel, {}, { EventPattern: { source: ['homeostat'] } });
    const answer = await send(events, [{ ...entry, Time: Date.UTC(2025, 0, 1) / 1_000 }]);
    await kernel.clock.advance(0);
    expect(answer).toMatchObject({
      FailedEntryCount: 0,
      Entries: [{ EventId: expect.any(String) as string }],
    });
    expect(JSON.parse(String(payloads(kernel)[0]))).toMatchObject({
      time: '2025-01-01T00:00:00Z',
      detail: { id: 1 },
    });
  });

  test.each([
    { over: { Source: 'aws.ecs' }, code: 'NotAuthorizedForSourceException' },
    { over: { Source: undefined }, code: 'InvalidArgument' },
    { over: { DetailType: '' }, code: 'InvalidArgument' },
    { over: { EventBusName: 'other' }, code: 'InvalidArgument' },
    { over: { Detail: '[1]' }, code: 'MalformedDetail' },
    { over: { Detail: '{' }, code: 'MalformedDetail' },
    { over: { Detail: `{"x":"${'x'.repeat(262_144)}"}` }, code: 'InvalidArgument' },
  ])('an entry that is wrong is answered with $code and stops no other', async ({ over, code }) => {
    const events = await deploy(createFakeKernel(), {});
    expect(await send(events, [{ ...entry, ...over }, entry])).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: code }, { EventId: expect.any(String) as string }],
    });
  });
});
