import { expect, test } from 'vitest';
import { buildKernel, type Connections } from '../../../../local/kernel/build-kernel.ts';
import type { Delivery } from '../../../../local/kernel/service.ts';
import { createManualClock } from '../../../fakes/fake-kernel.ts';

const delivery: Delivery = { payload: 'p', from: 'events.amazonaws.com', sourceArn: 'arn:rule' };

function aKernel(connections: Partial<Connections> = {}) {
  const logged: string[] = [];
  const kernel = buildKernel({
    region: 'us-east-1',
    accountId: '123456789012',
    clock: createManualClock(0),
    log: (level, message, context) => logged.push(`${level}: ${message}: ${String(context?.['reason'])}`),
  });
  kernel.connect({
    services: [],
    credentialsFor: () => ({ accessKeyId: 'k', secretAccessKey: 's' }),
    authorize: () => undefined,
    emit: () => undefined,
    vend: () => undefined,
    ...connections,
  });
  return { kernel, logged };
}

test('a delivery goes to the service in the ARN, and the sender gets what the receiver throws', async () => {
  const received: string[] = [];
  const { kernel } = aKernel({
    services: [
      { name: 'sns' },
      {
        name: 'sqs',
        receive: async (arn) => {
          if (arn.endsWith(':full')) throw new Error('full');
          received.push(arn);
        },
      },
    ],
  });
  await kernel.deliver('arn:aws:sqs:us-east-1:123456789012:q', delivery);
  expect(received).toEqual(['arn:aws:sqs:us-east-1:123456789012:q']);
  await expect(kernel.deliver('arn:aws:sqs:us-east-1:123456789012:full', delivery)).rejects.toThrow('full');
  for (const arn of ['arn:aws:sns:us-east-1:123456789012:t', 'arn:aws:kinesis:us-east-1:1:s', 'text']) {
    await expect(kernel.deliver(arn, delivery)).rejects.toThrow(
      `Nothing here takes what is sent to "${arn}".`,
    );
  }
});

test('an event or sample that cannot be passed on is logged and harms nobody', async () => {
  const { kernel, logged } = aKernel({
    emit: async ({ source }) => {
      throw new Error(source);
    },
    vend: () => {
      throw new Error('no disk');
    },
  });
  kernel.emit({ source: 'aws.ecs', detailType: 't', detail: {}, resources: [] });
  kernel.vend({ namespace: 'n', name: 'm', dimensions: {}, value: 1, unit: 'Count' });
  await Promise.resolve();
  expect(logged.toSorted()).toEqual([
    'error: a sample was not recorded: Error: no disk',
    'error: an event was not put on the bus: Error: aws.ecs',
  ]);
});

test('a service has one state', () => {
  const { kernel } = aKernel();
  kernel.state('a').table('t').put('k', 1);
  expect(kernel.state('a').table('t').get('k')).toBe(1);
  expect(kernel.state('b').table('t').get('k')).toBeUndefined();
});

test('the address is known once the cloud listens', () => {
  const { kernel } = aKernel();
  expect(() => kernel.endpoint()).toThrow('not known before it listens');
  kernel.listensAt('http://127.0.0.1:1');
  expect(kernel.endpoint()).toBe('http://127.0.0.1:1');
});
