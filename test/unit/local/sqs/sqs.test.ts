import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call } from '../../../../local/kernel/service.ts';
import { createSqs, type Sqs, type SqsOptions } from '../../../../local/sqs/sqs.ts';
import { createFakeKernel, type FakeKernel } from '../../../fakes/fake-kernel.ts';

const CALL: Call = { principal: 'intake', requestId: 'r1' };
const ARN = 'arn:aws:sqs:us-east-1:123456789012:alerts';
const DEAD_ARN = `${ARN}-dead`;
const QueueUrl = 'http://127.0.0.1:4566/123456789012/alerts';

async function deploy(
  kernel: FakeKernel,
  properties: Record<string, unknown> = {},
  options: SqsOptions = {},
): Promise<Sqs> {
  const sqs = createSqs(kernel, options);
  await put(sqs, 'alerts-dead', {});
  await put(sqs, 'alerts', {
    VisibilityTimeout: 30,
    RedrivePolicy: { deadLetterTargetArn: DEAD_ARN, maxReceiveCount: 3 },
    ...properties,
  });
  await sqs.start?.();
  return sqs;
}

async function put(sqs: Sqs, suggestedName: string, properties: Record<string, unknown>) {
  const provider = sqs.resources?.find(({ type }) => type === 'AWS::SQS::Queue');
  return provider?.put({ stack: 'app', logicalId: 'Q', suggestedName, properties });
}

async function call(sqs: Sqs, operation: string, input: object): Promise<Record<string, unknown>> {
  const output = await sqs.rpc?.operations[operation]?.({ QueueUrl, ...input }, CALL);
  return output as Record<string, unknown>;
}

const bodies = (messages: readonly { readonly body: string }[]) => messages.map(({ body }) => body);

describe('resources', () => {
  test('Ref is the URL; Arn and QueueName are attributes', async () => {
    const deployed = await put(createSqs(createFakeKernel()), 'stack-Alerts', {});
    expect(deployed).toEqual({
      ref: 'http://127.0.0.1:4566/123456789012/stack-Alerts',
      attributes: {
        Arn: 'arn:aws:sqs:us-east-1:123456789012:stack-Alerts',
        QueueName: 'stack-Alerts',
        QueueUrl: 'http://127.0.0.1:4566/123456789012/stack-Alerts',
      },
    });
  });

  test('a queue that is no longer declared loses its messages, one whose port changed does not', async () => {
    const kernel = createFakeKernel();
    const before = await deploy(kernel);
    await call(before, 'SendMessage', { MessageBody: 'x' });
    const sqs = await deploy(kernel.restart());
    const provider = sqs.resources?.find(({ type }) => type === 'AWS::SQS::Queue');
    await provider?.remove?.('http://127.0.0.1:9/123456789012/alerts');
    expect(await sqs.queues.receive(ARN, 1, 0)).toHaveLength(1);
  });

  test('a FIFO queue is refused with the reason', async () => {
    await expect(put(createSqs(createFakeKernel()), 'q', { FifoQueue: true })).rejects.toThrow(
      /FIFO queues are not part/,
    );
  });
});

describe('sending', () => {
  test('answers with the digests that SDK clients check', async () => {
    const sqs = await deploy(createFakeKernel());
    const sent = await call(sqs, 'SendMessage', {
      MessageBody: 'hello',
      MessageAttributes: {
        city: { DataType: 'String', StringValue: 'Any City' },
        age: { DataType: 'Number', StringValue: '3' },
      },
    });
    expect(sent['MD5OfMessageBody']).toBe('5d41402abc4b2a76b9719d911017c592');
    expect(sent['MD5OfMessageAttributes']).toMatch(/^[0-9a-f]{32}$/);
    expect(sent['MessageId']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    { what: 'an empty body', input: { MessageBody: '' }, code: 'MissingParameter' },
    {
      what: 'a byte over 1 MiB',
      input: { MessageBody: 'x'.repeat(1_048_577) },
      code: 'InvalidParameterValue',
    },
    {
      what: 'a character XML cannot carry',
      input: { MessageBody: 'a\u0000b' },
      code: 'InvalidMessageContents',
    },
    {
      what: 'a number that is none',
      input: { MessageBody: 'x', MessageAttributes: { n: { DataType: 'Number', StringValue: 'three' } } },
      code: 'InvalidParameterValue',
    },
  ])('$what is refused with $code', async ({ input, code }) => {
    const sqs = await deploy(createFakeKernel());
    await expect(call(sqs, 'SendMessage', input)).rejects.toMatchObject({ code });
  });

  test('1 MiB exactly is taken', async () => {
    const sqs = await deploy(createFakeKernel());
    await expect(call(sqs, 'SendMessage', { MessageBody: 'x'.repeat(1_048_576) })).resolves.toBeDefined();
  });

  test('in a batch a bad entry fails alone', async () => {
    const sqs = await deploy(createFakeKernel());
    const answer = await call(sqs, 'SendMessageBatch', {
      Entries: [
        { Id: 'a', MessageBody: 'one' },
        { Id: 'b', MessageBody: '' },
      ],
    });
    expect(answer).toMatchObject({
      Successful: [{ Id: 'a' }],
      Failed: [{ Id: 'b', Code: 'MissingParameter', SenderFault: true }],
    });
    expect(bodies(await sqs.queues.receive(ARN, 10, 0))).toEqual(['one']);
  });

  test.each([
    { entries: [], code: 'EmptyBatchRequest' },
    {
      entries: Array.from({ length: 11 }, (_, n) => ({ Id: `${n}`, MessageBody: 'x' })),
      code: 'TooManyEntriesInBatchRequest',
    },
    {
      entries: [
        { Id: 'a', MessageBody: 'x' },
        { Id: 'a', MessageBody: 'y' },
      ],
      code: 'BatchEntryIdsNotDistinct',
    },
    { entries: [{ Id: 'a b', MessageBody: 'x' }], code: 'InvalidBatchEntryId' },
    {
      entries: ['a', 'b'].map((Id) => ({ Id, MessageBody: 'x'.repeat(600_000) })),
      code: 'BatchRequestTooLong',
    },
  ])('a batch is refused whole with $code', async ({ entries, code }) => {
    const sqs = await deploy(createFakeKernel());
    await expect(call(sqs, 'SendMessageBatch', { Entries: entries })).rejects.toMatchObject({ code });
  });

  test('a delivery becomes a message: text as it is, an object as JSON, attributes kept', async () => {
    const sqs = await deploy(createFakeKernel());
    const from = { from: 'events.amazonaws.com', sourceArn: 'arn:rule' };
    await sqs.receive?.(ARN, { ...from, payload: 'text' });
    await sqs.receive?.(ARN, {
      ...from,
      payload: { a: 1 },
      attributes: { team: { type: 'String', value: 'shop' } },
    });
    const [first, second] = await sqs.queues.receive(ARN, 10, 0);
    expect(first?.body).toBe('text');
    expect(first?.attributes).toMatchObject({
      SenderId: 'events.amazonaws.com',
      ApproximateReceiveCount: '1',
    });
    expect(second?.body).toBe('{"a":1}');
    expect(second?.messageAttributes).toEqual({
      team: { stringValue: 'shop', stringListValues: [], binaryListValues: [], dataType: 'String' },
    });
  });

  test('a queue that is not there is named', async () => {
    const sqs = await deploy(createFakeKernel());
    const gone = { QueueUrl: 'http://127.0.0.1:1/123456789012/gone' };
    await expect(call(sqs, 'SendMessage', { ...gone, MessageBody: 'x' })).rejects.toMatchObject({
      code: 'QueueDoesNotExist',
      message: expect.stringContaining('gone') as string,
    });
  });
});

describe('receiving', () => {
  test('a received message is hidden until its visibility time-out, then it comes again', async () => {
    const kernel = createFakeKernel();
    const sqs = await deploy(kernel);
    await call(sqs, 'SendMessage', { MessageBody: 'once' });
    expect(bodies(await sqs.queues.receive(ARN, 10, 0))).toEqual(['once']);
    await kernel.clock.advance(29_999);
    expect(await sqs.queues.receive(ARN, 10, 0)).toEqual([]);
    await kernel.clock.advance(1);
    const again = await sqs.queues.receive(ARN, 10, 0);
    expect(again[0]?.attributes['ApproximateReceiveCount']).toBe('2');
  });

  test('attributes come as they are asked for', async () => {
    const sqs = await deploy(createFakeKernel());
    await call(sqs, 'SendMessage', {
      MessageBody: 'x',
      MessageAttributes: { team: { DataType: 'String', StringValue: 'shop' } },
    });
    const answer = await call(sqs, 'ReceiveMessage', {
      MessageSystemAttributeNames: ['SentTimestamp'],
      MessageAttributeNames: ['All'],
      VisibilityTimeout: '0',
    });
    expect(answer).toMatchObject({
      Messages: [
        {
          Attributes: { SentTimestamp: String(Date.UTC(2026, 2, 1)) },
          MessageAttributes: { team: { DataType: 'String', StringValue: 'shop' } },
        },
      ],
    });
    expect(await call(sqs, 'ReceiveMessage', {})).not.toHaveProperty('Messages.0.Attributes');
  });

  test('long polling ends with the message that arrives', async () => {
    const kernel = createFakeKernel();
    const sqs = await deploy(kernel);
    const waiting = sqs.queues.receive(ARN, 10, 20_000);
    await kernel.clock.advance(5_000);
    await call(sqs, 'SendMessage', { MessageBody: 'late' });
    expect(bodies(await waiting)).toEqual(['late']);
  });

  test('long polling ends with a delayed message at its time', async () => {
    const kernel = createFakeKernel();
    const sqs = await deploy(kernel);
    await call(sqs, 'SendMessage', { MessageBody: 'delayed', DelaySeconds: 3 });
    const waiting = sqs.queues.receive(ARN, 10, 20_000);
    await kernel.clock.advance(3_000);
    expect(bodies(await waiting)).toEqual(['delayed']);
  });

  test('long polling ends empty at its end, and when the cloud stops', async () => {
    const kernel = createFakeKernel();
    const sqs = await deploy(kernel);
    const one = sqs.queues.receive(ARN, 10, 1_000);
    await kernel.clock.advance(1_000);
    expect(await one).toEqual([]);
    const two = sqs.queues.receive(ARN, 10, 20_000);
    await sqs.stop?.();
    expect(await two).toEqual([]);
  });

  test('one message goes to one of two waiting receivers', async () => {
    const kernel = createFakeKernel();
    const sqs = await deploy(kernel);
    const waiting = [sqs.queues.receive(ARN, 10, 1_000), sqs.queues.receive(ARN, 10, 1_000)];
    await call(sqs, 'SendMessage', { MessageBody: 'x' });
    await kernel.clock.advance(1_000);
    expect((await Promise.all(waiting)).flat()).toHaveLength(1);
  });

  test('a message older than the retention period is gone', async () => {
    const kernel = createFakeKernel();
    const sqs = await deploy(kernel, { MessageRetentionPeriod: 60 });
    await call(sqs, 'SendMessage', { MessageBody: 'old' });
    await kernel.clock.advance(60_000);
    expect(await sqs.queues.receive(ARN, 10, 0)).toEqual([]);
  });
});

describe('receipts', () => {
  test('an old receipt deletes nothing, the newest does', async () => {
    const kernel = createFakeKernel();
    const sqs = await deploy(kernel);
    await call(sqs, 'SendMessage', { MessageBody: 'x' });
    const [first] = await sqs.queues.receive(ARN, 1, 0);
    await kernel.clock.advance(30_000);
    const [second] = await sqs.queues.receive(ARN, 1, 0);
    await call(sqs, 'DeleteMessage', { ReceiptHandle: first?.receiptHandle });
    expect(await call(sqs, 'GetQueueAttributes', { AttributeNames: ['All'] })).toMatchObject({
      Attributes: { ApproximateNumberOfMessagesNotVisible: '1', ApproximateNumberOfMessages: '0' },
    });
    await sqs.queues.deleteMessages(ARN, [second?.receiptHandle ?? '']);
    await kernel.clock.advance(30_000);
    expect(await sqs.queues.receive(ARN, 1, 0)).toEqual([]);
  });

  test('visibility can be given back and stretched, but not of a message that is not in flight', async () => {
    const kernel = createFakeKernel();
    const sqs = await deploy(kernel);
    await call(sqs, 'SendMessage', { MessageBody: 'x' });
    const [first] = await sqs.queues.receive(ARN, 1, 0);
    const change = { ReceiptHandle: first?.receiptHandle };
    await call(sqs, 'ChangeMessageVisibility', { ...change, VisibilityTimeout: '60' });
    await kernel.clock.advance(59_000);
    expect(await sqs.queues.receive(ARN, 1, 0)).toEqual([]);
    await call(sqs, 'ChangeMessageVisibility', { ...change, VisibilityTimeout: 0 });
    await expect(
      call(sqs, 'ChangeMessageVisibility', { ...change, VisibilityTimeout: 5 }),
    ).rejects.toMatchObject({ code: 'MessageNotInflight' });
    expect(await sqs.queues.receive(ARN, 1, 0)).toHaveLength(1);
  });

  test('what is no receipt handle is refused', async () => {
    const sqs = await deploy(createFakeKernel());
    await expect(call(sqs, 'DeleteMessage', { ReceiptHandle: 'nonsense' })).rejects.toMatchObject({
      code: 'ReceiptHandleIsInvalid',
    });
  });
});

describe('dead letters', () => {
  test('after maxReceiveCount receives a message goes to the dead-letter queue, and says where from', async () => {
    const kernel = createFakeKernel();
    const sqs = await deploy(kernel);
    await call(sqs, 'SendMessage', { MessageBody: 'poison' });
    for (let round = 0; round < 3; round += 1) {
      expect(await sqs.queues.receive(ARN, 1, 0)).toHaveLength(1);
      await kernel.clock.advance(30_000);
    }
    expect(await sqs.queues.receive(ARN, 1, 0)).toEqual([]);
    const [dead] = await sqs.queues.receive(DEAD_ARN, 1, 0);
    expect(dead).toMatchObject({ body: 'poison', attributes: { DeadLetterQueueSourceArn: ARN } });
  });

  test('receive counts survive a restart', async () => {
    const kernel = createFakeKernel();
    let sqs = await deploy(kernel);
    await call(sqs, 'SendMessage', { MessageBody: 'poison' });
    let current = kernel;
    for (let round = 0; round < 3; round += 1) {
      expect(await sqs.queues.receive(ARN, 1, 0)).toHaveLength(1);
      await current.clock.advance(30_000);
      current = current.restart();
      sqs = await deploy(current);
    }
    expect(await sqs.queues.receive(ARN, 1, 0)).toEqual([]);
    expect(await sqs.queues.receive(DEAD_ARN, 1, 0)).toHaveLength(1);
  });
});

test('whatever is sent, received, deleted and restarted in between, nothing is lost and nothing comes back', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constant('send' as const) },
    { weight: 3, arbitrary: fc.constant('work' as const) },
    { weight: 2, arbitrary: fc.constant('drop' as const) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      let kernel = createFakeKernel();
      let sqs = await deploy(kernel, { RedrivePolicy: undefined });
      const open = new Set<string>();
      for (const [index, one] of steps.entries()) {
        if (one === 'send') {
          open.add(`m${index}`);
          await call(sqs, 'SendMessage', { MessageBody: `m${index}` });
        } else if (one === 'restart') {
          kernel = kernel.restart();
          sqs = await deploy(kernel, { RedrivePolicy: undefined });
        } else {
          const taken = await sqs.queues.receive(ARN, 3, 0);
          for (const { body } of taken) expect(open.has(body)).toBe(true);
          if (one === 'drop') continue;
          for (const { body } of taken) open.delete(body);
          await sqs.queues.deleteMessages(
            ARN,
            taken.map(({ receiptHandle }) => receiptHandle),
          );
        }
      }
      await kernel.clock.advance(30_000);
      const left: string[] = [];
      for (let page = await sqs.queues.receive(ARN, 10, 0); page.length > 0;) {
        left.push(...bodies(page));
        page = await sqs.queues.receive(ARN, 10, 0);
      }
      expect(left.toSorted()).toEqual([...open].toSorted());
    }),
    { numRuns: 50 },
  );
});

test('metrics of each queue are vended every ten seconds', async () => {
  const kernel = createFakeKernel();
  const sqs = await deploy(kernel);
  await call(sqs, 'SendMessage', { MessageBody: 'x' });
  await kernel.clock.advance(10_000);
  const seen = kernel.vended
    .filter(({ dimensions }) => dimensions['QueueName'] === 'alerts')
    .map(({ namespace, name, value }) => [namespace, name, value]);
  expect(seen).toEqual([
    ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 1],
    ['AWS/SQS', 'ApproximateNumberOfMessagesNotVisible', 0],
    ['AWS/SQS', 'ApproximateAgeOfOldestMessage', 10],
    ['AWS/SQS', 'NumberOfMessagesSent', 1],
  ]);
});

test('queues are found by name and listed by prefix; purge empties', async () => {
  const sqs = await deploy(createFakeKernel());
  expect(await call(sqs, 'GetQueueUrl', { QueueName: 'alerts' })).toEqual({ QueueUrl });
  expect(await call(sqs, 'ListQueues', { QueueNamePrefix: 'alerts', MaxResults: 1 })).toEqual({
    QueueUrls: [QueueUrl],
    NextToken: 'alerts',
  });
  expect(await call(sqs, 'ListQueues', { NextToken: 'alerts' })).toEqual({ QueueUrls: [`${QueueUrl}-dead`] });
  await call(sqs, 'SendMessage', { MessageBody: 'x' });
  await call(sqs, 'PurgeQueue', {});
  expect(await sqs.queues.receive(ARN, 1, 0)).toEqual([]);
});

describe('limits', () => {
  test('with too many messages in flight short polling is refused, long polling waits for one to be done with', async () => {
    const kernel = createFakeKernel();
    const sqs = await deploy(kernel, {}, { maxInFlight: 3 });
    for (let at = 0; at < 5; at += 1) await call(sqs, 'SendMessage', { MessageBody: String(at) });
    const [first] = await sqs.queues.receive(ARN, 2, 0);
    expect(bodies(await sqs.queues.receive(ARN, 10, 0))).toEqual(['2']);
    await expect(call(sqs, 'ReceiveMessage', {})).rejects.toMatchObject({ code: 'OverLimit' });
    const waiting = sqs.queues.receive(ARN, 10, 1_000);
    await kernel.clock.advance(1_000);
    expect(await waiting).toEqual([]);
    await sqs.queues.deleteMessages(ARN, [first?.receiptHandle ?? '']);
    expect(bodies(await sqs.queues.receive(ARN, 10, 0))).toEqual(['3']);
  });

  test.each([
    { VisibilityTimeout: 43_201 },
    { MessageRetentionPeriod: 59 },
    { MessageRetentionPeriod: 1_209_601 },
    { DelaySeconds: 901 },
    { ReceiveMessageWaitTimeSeconds: 21 },
    { MaximumMessageSize: 1_048_577 },
    { RedrivePolicy: { deadLetterTargetArn: DEAD_ARN, maxReceiveCount: 1_001 } },
    { QueueName: 'x'.repeat(81) },
  ])('a queue with %j is refused', async (properties) => {
    await expect(deploy(createFakeKernel(), properties)).rejects.toThrow(Object.keys(properties)[0]);
  });
});
