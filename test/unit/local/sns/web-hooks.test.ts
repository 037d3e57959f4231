import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { RestResponse } from '../../../../local/kernel/service.ts';
import { DeliveryPolicy, retryDelayMs } from '../../../../local/sns/delivery-policy.ts';
import { isLoopbackUrl } from '../../../../local/sns/post.ts';
import { createSns, type Sns, type SnsOptions } from '../../../../local/sns/sns.ts';
import { createFakeKernel, type FakeKernel } from '../../../fakes/fake-kernel.ts';

/** SNS developer guide, "Fanout to HTTP/S endpoints" and "Amazon SNS message delivery retries". */

const CALL = { principal: 'owner', requestId: 'r1' };
const TopicArn = 'arn:aws:sns:us-east-1:123456789012:system-shop';
const DEAD = 'arn:aws:sqs:us-east-1:123456789012:dead';

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A web hook on the loopback address, which answers as it is told. */
async function aHook() {
  const received: Received[] = [];
  const hook = { received, url: '', status: 200, location: '' };
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString();
      received.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(hook.status, hook.location === '' ? {} : { location: hook.location }).end('thanks');
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  hook.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`;
  return hook;
}

async function deploy(
  kernel: FakeKernel,
  subscriptions: readonly object[],
  options: SnsOptions = {},
): Promise<Sns> {
  const sns = createSns(kernel, options);
  await put(sns, 'Topic', { TopicName: 'system-shop' });
  for (const subscription of subscriptions) await put(sns, 'Subscription', { TopicArn, ...subscription });
  await sns.start?.();
  return sns;
}

async function put(sns: Sns, kind: string, properties: object): Promise<void> {
  const provider = sns.resources?.find(({ type }) => type === `AWS::SNS::${kind}`);
  await provider?.put({
    stack: 'app',
    logicalId: 'X',
    suggestedName: 'app-X',
    properties: { ...properties },
  });
}

async function call(sns: Sns, operation: string, input: object): Promise<Record<string, unknown>> {
  return (await sns.rpc?.operations[operation]?.(input, CALL)) as Record<string, unknown>;
}

/** Lets real requests come and go, then what waits for them. */
async function settled(kernel: FakeKernel, isDone: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !isDone(); turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    await kernel.clock.advance(0);
  }
  expect(isDone()).toBe(true);
}

const http = (endpoint: string, over: object = {}) => ({ Protocol: 'http', Endpoint: endpoint, ...over });

/** Deploys, waits for the question and visits its SubscribeURL. */
async function confirmed(kernel: FakeKernel, hook: Awaited<ReturnType<typeof aHook>>, over: object = {}) {
  const sns = await deploy(kernel, [http(hook.url, over)]);
  await settled(kernel, () => hook.received.length === 1);
  await visit(sns, hook.received[0]);
  hook.received.length = 0;
  return sns;
}

async function visit(sns: Sns, question: Received | undefined): Promise<RestResponse> {
  const { SubscribeURL: url } = JSON.parse(question?.body ?? '{}') as { SubscribeURL: string };
  const { pathname, searchParams: query } = new URL(url);
  const route = sns.rest?.find(({ path }) => path === pathname);
  if (route === undefined) throw new Error(`no route for ${pathname}`);
  return route.handle({ params: {}, query, headers: {}, body: Buffer.alloc(0) }, CALL);
}

describe('a web hook on this machine', () => {
  test('is asked to confirm, and hears nothing before it has', async () => {
    const [kernel, hook] = [createFakeKernel(), await aHook()];
    const sns = await deploy(kernel, [http(hook.url)]);
    await settled(kernel, () => hook.received.length === 1);
    expect(hook.received[0]).toMatchObject({
      path: '/alerts',
      headers: {
        'x-amz-sns-message-type': 'SubscriptionConfirmation',
        'x-amz-sns-topic-arn': TopicArn,
        'content-type': 'text/plain; charset=UTF-8',
        'user-agent': 'Amazon Simple Notification Service Agent',
      },
    });
    const question = JSON.parse(hook.received[0]?.body ?? '') as Record<string, string>;
    expect(question).toMatchObject({ Type: 'SubscriptionConfirmation', TopicArn, Signature: 'unsigned' });
    expect(question['SubscribeURL']).toMatch(/^http:\/\/127\.0\.0\.1:4566\/.*Token=[\da-f]{64}$/);
    await call(sns, 'Publish', { TopicArn, Message: 'nobody hears' });
    await kernel.clock.advance(1_000);
    expect(sns.outbox()).toEqual([]);
    expect(await call(sns, 'GetTopicAttributes', { TopicArn })).toMatchObject({
      Attributes: { SubscriptionsPending: '1', SubscriptionsConfirmed: '0' },
    });
    expect(await call(sns, 'ListSubscriptions', {})).toMatchObject({
      Subscriptions: [{ SubscriptionArn: 'PendingConfirmation' }],
    });
    expect(hook.received).toHaveLength(1);
  });

  test('hears what is published once its SubscribeURL was visited', async () => {
    const [kernel, hook] = [createFakeKernel(), await aHook()];
    const sns = await confirmed(kernel, hook);
    const { MessageId } = await call(sns, 'Publish', {
      TopicArn,
      Subject: 'P0',
      Message: 'checkout is down',
    });
    await settled(kernel, () => hook.received.length === 1);
    const { Subscriptions } = (await call(sns, 'ListSubscriptions', {})) as {
      Subscriptions: { SubscriptionArn: string }[];
    };
    expect(hook.received[0]?.headers).toMatchObject({
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': MessageId,
      'x-amz-sns-subscription-arn': Subscriptions[0]?.SubscriptionArn,
    });
    expect(JSON.parse(hook.received[0]?.body ?? '')).toMatchObject({
      Type: 'Notification',
      MessageId,
      Subject: 'P0',
      Message: 'checkout is down',
    });
  });

  test('stays confirmed over a restart', async () => {
    const [kernel, hook] = [createFakeKernel(), await aHook()];
    await confirmed(kernel, hook);
    const later = kernel.restart();
    const sns = await deploy(later, [http(hook.url)]);
    await call(sns, 'Publish', { TopicArn, Message: 'x' });
    // Not the first to come: the answer to the question may not have been taken before the restart, and it is
    // asked again then.
    const isTold = () =>
      hook.received.some(({ headers }) => headers['x-amz-sns-message-type'] === 'Notification');
    await settled(later, isTold);
  });

  test('may confirm with the token; one that is wrong or two days old is refused', async () => {
    const [kernel, hook] = [createFakeKernel(), await aHook()];
    const sns = await deploy(kernel, [http(hook.url)]);
    await settled(kernel, () => hook.received.length === 1);
    const { Token } = JSON.parse(hook.received[0]?.body ?? '') as { Token: string };
    const confirm = (token: string) => call(sns, 'ConfirmSubscription', { TopicArn, Token: token });
    await expect(confirm('f'.repeat(64))).rejects.toMatchObject({ code: 'InvalidParameter' });
    await kernel.clock.advance(2 * 86_400_000);
    await expect(confirm(Token)).rejects.toMatchObject({ code: 'InvalidParameter' });
    const again = await call(sns, 'Subscribe', { TopicArn, ...http(hook.url) });
    expect(again).toEqual({ SubscriptionArn: 'pending confirmation' });
    await settled(kernel, () => hook.received.length === 2);
    const { Token: fresh } = JSON.parse(hook.received[1]?.body ?? '') as { Token: string };
    expect(await confirm(fresh)).toMatchObject({
      SubscriptionArn: expect.stringContaining(TopicArn) as unknown,
    });
    expect(await confirm(fresh)).toBeDefined();
  });

  test('with raw delivery gets the text itself, in the content type of its policy', async () => {
    const [kernel, hook] = [createFakeKernel(), await aHook()];
    const policy = { requestPolicy: { headerContentType: 'application/json' } };
    const sns = await confirmed(kernel, hook, { RawMessageDelivery: true, DeliveryPolicy: policy });
    await call(sns, 'Publish', { TopicArn, Message: '{"a":1}' });
    await settled(kernel, () => hook.received.length === 1);
    expect(hook.received[0]).toMatchObject({
      body: '{"a":1}',
      headers: { 'x-amz-sns-rawdelivery': 'true', 'content-type': 'application/json' },
    });
  });
});

describe('a web hook that fails', () => {
  test.each([500, 503, 429])(
    'with %i is tried again by its policy; then the dead letters have it',
    async (status) => {
      const [kernel, hook] = [createFakeKernel(), await aHook()];
      const sns = await confirmed(kernel, hook, { RedrivePolicy: { deadLetterTargetArn: DEAD } });
      hook.status = status;
      await call(sns, 'Publish', { TopicArn, Message: 'x' });
      for (let tries = 1; tries <= 4; tries += 1) {
        await settled(kernel, () => hook.received.length === tries && kernel.logs.length > tries);
        await kernel.clock.advance(19_999);
        expect(hook.received).toHaveLength(tries);
        await kernel.clock.advance(1);
      }
      await settled(kernel, () => kernel.deliveries.length === 1);
      expect(new Set(hook.received.map(({ headers }) => headers['x-amz-sns-message-id'])).size).toBe(1);
      expect(kernel.deliveries).toMatchObject([{ arn: DEAD, delivery: { sourceArn: TopicArn } }]);
      expect(JSON.parse(String(kernel.deliveries[0]?.delivery.payload))).toMatchObject({ Message: 'x' });
    },
  );

  test.each([400, 403, 404, 302])('with %i is not tried again', async (status) => {
    const [kernel, hook] = [createFakeKernel(), await aHook()];
    const sns = await confirmed(kernel, hook, { RedrivePolicy: { deadLetterTargetArn: DEAD } });
    hook.status = status;
    hook.location = hook.url.replace('alerts', 'elsewhere');
    await call(sns, 'Publish', { TopicArn, Message: 'x' });
    await settled(kernel, () => kernel.deliveries.length === 1);
    await kernel.clock.advance(3_600_000);
    expect(hook.received.map(({ path }) => path)).toEqual(['/alerts']);
  });

  test('because nobody listens is tried again', async () => {
    const [kernel, hook] = [createFakeKernel(), await aHook()];
    const sns = await confirmed(kernel, hook);
    const gone = hook.url.replace(/:\d+/, ':1');
    await call(sns, 'Subscribe', { TopicArn, ...http(gone) });
    await settled(kernel, () => kernel.logs.some(({ message }) => message.includes('tried again')));
  });
});

describe('a web hook outside this machine', () => {
  const outside = { Protocol: 'https', Endpoint: 'https://hooks.example.org/alerts' };

  test('is not called: its messages are in the outbox, and it counts as confirmed', async () => {
    const kernel = createFakeKernel();
    const sns = await deploy(kernel, [outside]);
    await call(sns, 'Publish', { TopicArn, Message: 'x' });
    expect(sns.outbox()).toMatchObject([{ protocol: 'https', endpoint: outside.Endpoint, message: 'x' }]);
    expect(await call(sns, 'GetTopicAttributes', { TopicArn })).toMatchObject({
      Attributes: { SubscriptionsPending: '0', SubscriptionsConfirmed: '1' },
    });
    expect(kernel.logs).toEqual([]);
  });

  test('that a template names is asked if the owner says so; one that only the API names never is', async () => {
    const kernel = createFakeKernel();
    // Not started: nothing is sent from a test.
    const sns = createSns(kernel, { callsOutside: true });
    await put(sns, 'Topic', { TopicName: 'system-shop' });
    await put(sns, 'Subscription', { TopicArn, ...outside });
    await call(sns, 'Subscribe', { TopicArn, ...outside, Endpoint: 'https://elsewhere.example.org/' });
    expect(kernel.logs).toMatchObject([{ context: { endpoint: outside.Endpoint } }]);
    expect(await call(sns, 'GetTopicAttributes', { TopicArn })).toMatchObject({
      Attributes: { SubscriptionsPending: '1', SubscriptionsConfirmed: '1' },
    });
  });

  test.each([
    ['http://127.0.0.1:80/x', true],
    ['http://127.8.9.1/', true],
    ['https://[::1]:8443/', true],
    ['http://localhost/', true],
    ['http://localhost.example.org/', false],
    ['http://hooks.localhost/', false],
    ['http://127.0.0.1.example.org/', false],
    ['http://127.0.0.1@example.org/', false],
    ['http://0.0.0.0/', false],
    ['http://10.0.0.1/', false],
    ['no url', false],
  ])('%s is on this machine: %s', (url, isHere) => {
    expect(isLoopbackUrl(url)).toBe(isHere);
  });
});

test.each([
  [{ Protocol: 'https', Endpoint: 'http://127.0.0.1/' }, 'Endpoint must match the specified protocol'],
  [{ Protocol: 'http', Endpoint: 'no url' }, 'Endpoint must match the specified protocol'],
  [
    http('http://127.0.0.1/', { DeliveryPolicy: { throttlePolicy: { maxReceivesPerSecond: 1 } } }),
    'throttlePolicy',
  ],
])('%j is refused', async (subscription, why) => {
  await expect(deploy(createFakeKernel(), [subscription])).rejects.toThrow(why);
});

describe('a delivery policy', () => {
  const read = (healthyRetryPolicy: object) =>
    DeliveryPolicy.parse({ healthyRetryPolicy }).healthyRetryPolicy;
  const delays = (policy: object, backoffFunction: string) => {
    const whole = read({ ...policy, backoffFunction });
    return Array.from({ length: whole.numRetries }, (_, at) => retryDelayMs(whole, at + 1) / 1_000);
  };
  const phases = { minDelayTarget: 1, maxDelayTarget: 60, numRetries: 50 };
  const manual = { ...phases, numNoDelayRetries: 3, numMinDelayRetries: 2, numMaxDelayRetries: 35 };

  test('is three tries, 20 s apart, if there is none', () => {
    expect(delays({}, 'linear')).toEqual([20, 20, 20]);
  });

  test('has the four phases of the manual’s example', () => {
    const all = delays(manual, 'exponential');
    expect(all.slice(0, 5)).toEqual([0, 0, 0, 1, 1]);
    expect([all[5], all[14]]).toEqual([1, 60]);
    expect(new Set(all.slice(15))).toEqual(new Set([60]));
  });

  test.each(['arithmetic', 'exponential', 'geometric', 'linear'])('never shortens a delay: %s', (name) => {
    const all = delays({ minDelayTarget: 5, maxDelayTarget: 260, numRetries: 10 }, name);
    expect(all).toEqual(all.toSorted((a, b) => a - b));
    expect([all[0], all.at(-1)]).toEqual([5, 260]);
  });

  test.each([
    [{ numRetries: 101 }, 'numRetries'],
    [{ minDelayTarget: 30 }, 'minDelayTarget is over maxDelayTarget'],
    [{ maxDelayTarget: 3_601 }, 'maxDelayTarget'],
    [{ numRetries: 1, numNoDelayRetries: 2 }, 'numRetries is less'],
    [{ minDelayTarget: 100, maxDelayTarget: 100, numRetries: 37 }, 'more than 3,600 seconds'],
  ])('%j is refused', (policy, why) => {
    expect(() => read(policy)).toThrow(why);
  });
});
