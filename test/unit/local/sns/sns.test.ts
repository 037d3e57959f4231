import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AwsError, type Call, type DeployedResource } from '../../../../local/kernel/service.ts';
import { createSns, type Sns, type SnsOptions } from '../../../../local/sns/sns.ts';
import { createFakeKernel, type FakeKernel } from '../../../fakes/fake-kernel.ts';

const CALL: Call = { principal: 'escalate', requestId: 'r1' };
const TopicArn = 'arn:aws:sns:us-east-1:123456789012:system-shop';
const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:deliver';
const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:intake';

async function deploy(kernel: FakeKernel, options?: SnsOptions): Promise<Sns> {
  const sns = createSns(kernel, options);
  await put(sns, 'Topic', { TopicName: 'system-shop' });
  await sns.start?.();
  return sns;
}

async function put(sns: Sns, kind: string, properties: object): Promise<DeployedResource | undefined> {
  const provider = sns.resources?.find(({ type }) => type === `AWS::SNS::${kind}`);
  return provider?.put({
    stack: 'app',
    logicalId: 'X',
    suggestedName: 'app-X',
    properties: { ...properties },
  });
}

const subscribe = (sns: Sns, properties: object) => put(sns, 'Subscription', { TopicArn, ...properties });

async function call(sns: Sns, operation: string, input: object): Promise<Record<string, unknown>> {
  const output = await sns.rpc?.operations[operation]?.(input, CALL);
  return output as Record<string, unknown>;
}

const attribute = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });

describe('resources', () => {
  test('Ref of a topic is its ARN; inline subscriptions listen', async () => {
    const sns = createSns(createFakeKernel());
    const deployed = await put(sns, 'Topic', {
      TopicName: 'system-shop',
      Subscription: [{ Protocol: 'email', Endpoint: 'ana@example.org' }],
    });
    expect(deployed).toEqual({ ref: TopicArn, attributes: { TopicArn, TopicName: 'system-shop' } });
    await call(sns, 'Publish', { TopicArn, Message: 'hello' });
    expect(sns.outbox()).toMatchObject([{ endpoint: 'ana@example.org' }]);
  });

  test('a subscription keeps its ARN over a restart', async () => {
    const kernel = createFakeKernel();
    const first = await subscribe(await deploy(kernel), { Protocol: 'sqs', Endpoint: QUEUE });
    const second = await subscribe(await deploy(kernel.restart()), { Protocol: 'sqs', Endpoint: QUEUE });
    expect(second?.ref).toBe(first?.ref);
    expect(first?.ref).toMatch(new RegExp(`^${TopicArn}:[0-9a-f-]{36}$`));
  });

  test.each([
    { policy: { a: [{ wildcard: 'x*' }] }, message: 'FilterPolicy.a[0]' },
    { policy: { a: [1], b: [1], c: [1], d: [1], e: [1], f: [1] }, message: 'found 6 names' },
    { policy: { a: Array.from({ length: 151 }, (_, n) => n) }, message: 'found 151 combinations' },
    { policy: { a: { b: [1] } }, message: 'Use the scope MessageBody' },
  ])('a filter that SNS would refuse is refused: $message', async ({ policy, message }) => {
    const sns = await deploy(createFakeKernel());
    const properties = { Protocol: 'sqs', Endpoint: QUEUE, FilterPolicy: policy };
    await expect(subscribe(sns, properties)).rejects.toThrow(message);
  });
});

describe('delivery', () => {
  test('a queue gets the envelope as text', async () => {
    const kernel = createFakeKernel();
    const sns = await deploy(kernel);
    await subscribe(sns, { Protocol: 'sqs', Endpoint: QUEUE });
    const { MessageId } = await call(sns, 'Publish', {
      TopicArn,
      Subject: 'P0',
      Message: 'checkout is down',
      MessageAttributes: { severity: attribute('critical') },
    });
    await kernel.clock.advance(0);
    expect(kernel.deliveries).toMatchObject([
      { arn: QUEUE, delivery: { from: 'sns.amazonaws.com', sourceArn: TopicArn } },
    ]);
    expect(kernel.deliveries[0]?.delivery).not.toHaveProperty('attributes');
    expect(JSON.parse(String(kernel.deliveries[0]?.delivery.payload))).toMatchObject({
      Type: 'Notification',
      MessageId,
      TopicArn,
      Subject: 'P0',
      Message: 'checkout is down',
      Timestamp: '2026-03-01T00:00:00.000Z',
      MessageAttributes: { severity: { Type: 'String', Value: 'critical' } },
    });
  });

  test('raw delivery is the text itself, with the attributes beside it', async () => {
    const kernel = createFakeKernel();
    const sns = await deploy(kernel);
    await subscribe(sns, { Protocol: 'sqs', Endpoint: QUEUE, RawMessageDelivery: 'true' });
    await call(sns, 'Publish', {
      TopicArn,
      Message: 'x',
      MessageAttributes: { n: attribute('3', 'Number') },
    });
    await kernel.clock.advance(0);
    expect(kernel.deliveries[0]?.delivery).toMatchObject({
      payload: 'x',
      attributes: { n: { type: 'Number', value: '3' } },
    });
  });

  test('a function gets an event with one record', async () => {
    const kernel = createFakeKernel();
    const sns = await deploy(kernel);
    await subscribe(sns, { Protocol: 'lambda', Endpoint: FUNCTION });
    await call(sns, 'Publish', { TopicArn, Message: 'x' });
    await kernel.clock.advance(0);
    expect(kernel.deliveries[0]?.delivery.payload).toMatchObject({
      Records: [
        {
          EventSource: 'aws:sns',
          EventVersion: '1.0',
          Sns: { Message: 'x', Subject: null, MessageAttributes: {} },
        },
      ],
    });
  });

  test('people get a line in the outbox, each with the text for its protocol', async () => {
    const sns = await deploy(createFakeKernel());
    await subscribe(sns, { Protocol: 'email', Endpoint: 'ana@example.org' });
    await subscribe(sns, { Protocol: 'sms', Endpoint: '+49301234' });
    const { MessageId } = await call(sns, 'Publish', {
      TopicArn,
      Subject: 'P0',
      Message: JSON.stringify({ default: 'long', sms: 'short' }),
      MessageStructure: 'json',
      MessageAttributes: { team: attribute('shop') },
    });
    const line = {
      at: '2026-03-01T00:00:00.000Z',
      topic: TopicArn,
      subject: 'P0',
      attributes: { team: 'shop' },
      messageId: MessageId,
    };
    expect(sns.outbox()).toEqual([
      { ...line, protocol: 'email', endpoint: 'ana@example.org', message: 'long' },
      { ...line, protocol: 'sms', endpoint: '+49301234', message: 'short' },
    ]);
  });

  test('an alarm hands over subject and message; other payloads are the message', async () => {
    const sns = await deploy(createFakeKernel());
    await subscribe(sns, { Protocol: 'email', Endpoint: 'ana@example.org' });
    const from = { from: 'cloudwatch.amazonaws.com', sourceArn: 'arn:alarm' };
    await sns.receive?.(TopicArn, { ...from, payload: { subject: 'ALARM', message: '{"a":1}' } });
    await sns.receive?.(TopicArn, { ...from, payload: { b: 2 } });
    await sns.receive?.(TopicArn, { ...from, payload: 'text' });
    expect(sns.outbox().map(({ subject, message }) => [subject, message])).toEqual([
      ['ALARM', '{"a":1}'],
      [undefined, '{"b":2}'],
      [undefined, 'text'],
    ]);
    await expect(sns.receive?.(`${TopicArn}x`, { ...from, payload: 'x' })).rejects.toMatchObject({
      code: 'NotFound',
    });
  });

  test('a queue that is down gets the message later, even over a restart', async () => {
    const kernel = createFakeKernel();
    kernel.onDeliver = () => {
      throw new Error('down');
    };
    const sns = await deploy(kernel);
    await subscribe(sns, { Protocol: 'sqs', Endpoint: QUEUE });
    await call(sns, 'Publish', { TopicArn, Message: 'x' });
    await kernel.clock.advance(60_000);
    const after = kernel.restart();
    await deploy(after);
    await after.clock.advance(20_000);
    expect(after.deliveries).toHaveLength(1);
  });

  test('what cannot be delivered goes to the dead-letter queue of the subscription', async () => {
    const kernel = createFakeKernel();
    kernel.onDeliver = (arn) => {
      if (arn === FUNCTION) throw new AwsError('ResourceNotFoundException', 'gone', 404);
    };
    const sns = await deploy(kernel);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: QUEUE });
    await subscribe(sns, { Protocol: 'lambda', Endpoint: FUNCTION, RedrivePolicy });
    await call(sns, 'Publish', { TopicArn, Message: 'x' });
    await kernel.clock.advance(0);
    expect(kernel.deliveries.map(({ arn }) => arn)).toEqual([QUEUE]);
    expect(String(kernel.deliveries[0]?.delivery.payload)).toContain('"Message":"x"');
  });
});

describe('filters', () => {
  const attributes = {
    severity: attribute('critical'),
    score: attribute('7.5', 'Number'),
    teams: attribute('["shop","web",3,null]', 'String.Array'),
    blob: { DataType: 'Binary', BinaryValue: 'eA==' },
  };
  test.each([
    { policy: { severity: ['critical', 'high'] }, isWanted: true },
    { policy: { severity: ['info'] }, isWanted: false },
    { policy: { severity: ['critical'], kind: ['page'] }, isWanted: false },
    { policy: { score: [{ numeric: ['>', 7, '<', 8] }] }, isWanted: true },
    { policy: { score: ['7.5'] }, isWanted: false },
    { policy: { score: [7.5] }, isWanted: true },
    { policy: { teams: ['web'] }, isWanted: true },
    { policy: { teams: [3] }, isWanted: true },
    { policy: { teams: [null] }, isWanted: true },
    { policy: { teams: ['ops'] }, isWanted: false },
    { policy: { teams: [{ 'anything-but': ['shop'] }] }, isWanted: true },
    { policy: { severity: [{ 'anything-but': { prefix: 'crit' } }] }, isWanted: false },
    { policy: { kind: [{ exists: false }] }, isWanted: true },
    { policy: { blob: [{ exists: true }] }, isWanted: false },
    { policy: { $or: [{ kind: ['page'] }, { severity: ['critical'] }] }, isWanted: true },
  ])('on attributes: $policy gives $isWanted', async ({ policy, isWanted }) => {
    const sns = await deploy(createFakeKernel());
    await subscribe(sns, { Protocol: 'email', Endpoint: 'a', FilterPolicy: policy });
    await call(sns, 'Publish', { TopicArn, Message: 'x', MessageAttributes: attributes });
    expect(sns.outbox()).toHaveLength(isWanted ? 1 : 0);
  });

  test.each([
    { message: '{"alarm":{"state":"ALARM"}}', isWanted: true },
    { message: '{"alarm":[{"state":"OK"},{"state":"ALARM"}]}', isWanted: true },
    { message: '{"alarm":{"state":"OK"}}', isWanted: false },
    { message: 'ALARM', isWanted: false },
    { message: '[{"alarm":{"state":"ALARM"}}]', isWanted: false },
  ])('on the body: $message gives $isWanted', async ({ message, isWanted }) => {
    const sns = await deploy(createFakeKernel());
    await subscribe(sns, {
      Protocol: 'email',
      Endpoint: 'a',
      FilterPolicyScope: 'MessageBody',
      FilterPolicy: { alarm: { state: ['ALARM'] } },
    });
    await call(sns, 'Publish', { TopicArn, Message: message });
    expect(sns.outbox()).toHaveLength(isWanted ? 1 : 0);
  });
});

describe('publishing', () => {
  test.each([
    { input: { Message: '' }, code: 'InvalidParameter' },
    { input: { Message: 'x'.repeat(262_145) }, code: 'InvalidParameter' },
    { input: { Message: 'x', Subject: 'two\nlines' }, code: 'InvalidParameter' },
    { input: { Message: 'x', Subject: 'x'.repeat(101) }, code: 'InvalidParameter' },
    { input: { Message: '{}', MessageStructure: 'json' }, code: 'InvalidParameter' },
    { input: { Message: 'x', MessageAttributes: { n: attribute('') } }, code: 'ParameterValueInvalid' },
    { input: { Message: 'x', TopicArn: `${TopicArn}-gone` }, code: 'NotFound' },
    { input: { Message: 'x', TopicArn: undefined }, code: 'InvalidParameter' },
  ])('$code for $input', async ({ input, code }) => {
    const sns = await deploy(createFakeKernel());
    await expect(call(sns, 'Publish', { TopicArn, ...input })).rejects.toMatchObject({ code });
  });

  test.each([
    { how: 'a map', MessageAttributes: { team: attribute('shop') } },
    { how: 'pairs', MessageAttributes: [{ Name: 'team', Value: attribute('shop') }] },
    { how: 'entries', MessageAttributes: { entry: [{ Name: 'team', Value: attribute('shop') }] } },
  ])('attributes may come as $how', async ({ MessageAttributes }) => {
    const sns = await deploy(createFakeKernel());
    await subscribe(sns, { Protocol: 'email', Endpoint: 'a' });
    await call(sns, 'Publish', { TopicArn, Message: 'x', MessageAttributes });
    expect(sns.outbox()[0]?.attributes).toEqual({ team: 'shop' });
  });

  test('a batch: a bad entry fails alone', async () => {
    const sns = await deploy(createFakeKernel());
    await subscribe(sns, { Protocol: 'email', Endpoint: 'a' });
    const answer = await call(sns, 'PublishBatch', {
      TopicArn,
      PublishBatchRequestEntries: [
        { Id: 'a', Message: 'one' },
        { Id: 'b', Message: '' },
      ],
    });
    expect(answer).toMatchObject({
      Successful: [{ Id: 'a' }],
      Failed: [{ Id: 'b', Code: 'InvalidParameter' }],
    });
    expect(sns.outbox().map(({ message }) => message)).toEqual(['one']);
  });

  test('a phone number gets a text message without a topic', async () => {
    const sns = await deploy(createFakeKernel());
    await call(sns, 'Publish', { PhoneNumber: '+49301234', Message: 'wake up' });
    expect(sns.outbox()).toMatchObject([{ protocol: 'sms', endpoint: '+49301234', message: 'wake up' }]);
    expect(sns.outbox()[0]).not.toHaveProperty('topic');
  });
});

describe('the outbox', () => {
  test('is a file of lines that survives a restart and a torn last line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const kernel = createFakeKernel();
    const options = { outboxFolder: join(folder, 'outbox') };
    const file = join(options.outboxFolder, 'outbox.jsonl');
    const before = await deploy(kernel, options);
    await call(before, 'Publish', { PhoneNumber: '+1', Message: 'one' });
    writeFileSync(file, '{"at":"2026', { flag: 'a' });
    const after = await deploy(kernel.restart(), options);
    await call(after, 'Publish', { PhoneNumber: '+1', Message: 'two' });
    expect(after.outbox().map(({ message }) => message)).toEqual(['one', 'two']);
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(3);
  });

  test('is read over HTTP', async () => {
    const sns = await deploy(createFakeKernel());
    await call(sns, 'Publish', { PhoneNumber: '+1', Message: 'one' });
    const route = sns.rest?.find(({ path }) => path === '/_homeostat/outbox');
    expect(route).toMatchObject({ method: 'GET', operation: 'homeostat:Outbox' });
    const request = { params: {}, query: new URLSearchParams(), headers: {}, body: Buffer.alloc(0) };
    expect(await route?.handle(request, CALL)).toEqual({ status: 200, body: { messages: sns.outbox() } });
  });
});

describe('subscriptions over the API', () => {
  test('are listed, survive a restart, and end with Unsubscribe', async () => {
    const kernel = createFakeKernel();
    const sns = await deploy(kernel);
    const { SubscriptionArn } = await call(sns, 'Subscribe', {
      TopicArn,
      Protocol: 'email',
      Endpoint: 'raj@example.org',
      Attributes: { FilterPolicy: '{"severity":["critical"]}' },
    });
    const after = await deploy(kernel.restart());
    const listed = {
      SubscriptionArn,
      Owner: '123456789012',
      Protocol: 'email',
      Endpoint: 'raj@example.org',
      TopicArn,
    };
    expect(await call(after, 'ListSubscriptions', {})).toEqual({ Subscriptions: [listed] });
    expect(await call(after, 'ListSubscriptionsByTopic', { TopicArn })).toEqual({ Subscriptions: [listed] });
    expect(await call(after, 'GetTopicAttributes', { TopicArn })).toMatchObject({
      Attributes: { SubscriptionsConfirmed: '1' },
    });
    await call(after, 'Publish', { TopicArn, Message: 'x' });
    expect(after.outbox()).toEqual([]);
    await call(after, 'Unsubscribe', { SubscriptionArn });
    expect(await call(after, 'ListSubscriptions', {})).toEqual({ Subscriptions: [] });
    expect(await call(after, 'ListTopics', {})).toEqual({ Topics: [{ TopicArn }] });
  });

  test('a filter that is wrong is refused', async () => {
    const sns = await deploy(createFakeKernel());
    const input = { TopicArn, Protocol: 'sqs', Endpoint: QUEUE, Attributes: { FilterPolicy: '{"a":"b"}' } };
    await expect(call(sns, 'Subscribe', input)).rejects.toMatchObject({ code: 'InvalidParameter' });
  });
});
