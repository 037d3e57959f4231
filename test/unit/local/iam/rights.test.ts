import { expect, test } from 'vitest';
import { readPolicy } from '../../../../local/iam/policy.ts';
import { createRights, type RightsOptions } from '../../../../local/iam/rights.ts';
import type { Service } from '../../../../local/kernel/service.ts';
import { createFakeKernel } from '../../../fakes/fake-kernel.ts';

const ROLE = 'arn:aws:iam::123456789012:role/r';
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:t';
const publish = { action: 'sns:Publish', resource: TOPIC };

const service = (allowed: readonly string[]): Service => ({
  name: 'sns',
  needs: { Publish: () => [publish], Outbox: 'owner' },
  needsToReceive: () => [publish],
  policies: () => [
    {
      name: 'p',
      kind: 'identity',
      attachedTo: ROLE,
      statements: readPolicy(
        { Statement: allowed.map((Action) => ({ Effect: 'Allow', Action, Resource: '*' })) },
        'identity',
      ),
    },
  ],
});

function gateOf(allowed: readonly string[], mode: RightsOptions['mode'] = 'enforce') {
  const kernel = createFakeKernel();
  const rights = createRights({ services: [service(allowed), { name: 'bare' }], kernel, mode });
  const call = (operation: string, roleArn: string | undefined = ROLE, name = 'sns') =>
    rights.gate.onRequest?.({ service: name, operation, roleArn, input: {} }, async () => 'done');
  return { kernel, rights, call };
}

test('a role may call what its policies allow, and is refused in the words of the service', async () => {
  expect(await gateOf(['sns:Publish']).call('Publish')).toBe('done');
  const { call, kernel } = gateOf([]);
  await expect(call('Publish')).rejects.toMatchObject({ code: 'AuthorizationError', status: 403 });
  await expect(call('Publish')).rejects.toThrow('not authorized to perform: sns:Publish');
  // Told once, however often it is tried.
  expect(kernel.logs).toEqual([
    {
      level: 'warn',
      message: 'access denied',
      context: expect.objectContaining({ who: ROLE, action: 'sns:Publish', resource: TOPIC }) as object,
    },
  ]);
});

test.each(['Outbox', 'Forgotten', 'constructor'])(
  'no role may call %s, whatever its policies say',
  async (operation) => {
    const { call } = gateOf(['*']);
    await expect(call(operation)).rejects.toThrow(`may not call ${operation}`);
  },
);

test('the owner may do everything', async () => {
  const { rights } = gateOf([]);
  const passage = { service: 'sns', operation: 'Outbox', roleArn: undefined, input: {} };
  expect(await rights.gate.onRequest?.(passage, async () => 'done')).toBe('done');
});

test('what nobody signed is refused, but for what is the owner’s own and the visit of a SubscribeURL', async () => {
  const { rights, kernel } = gateOf(['*']);
  const ask = (operation: string) =>
    rights.gate.onRequest?.(
      { service: 'sns', operation, roleArn: undefined, isUnsigned: true, input: {} },
      async () => 'done',
    );
  await expect(ask('Publish')).rejects.toMatchObject({ code: 'MissingAuthenticationToken', status: 403 });
  await expect(ask('Forgotten')).rejects.toThrow('Forgotten of sns must be signed');
  expect(kernel.logs.map(({ context }) => context?.['operation'])).toEqual(['Publish', 'Forgotten']);
  expect(await ask('Outbox')).toBe('done');
  expect(await ask('ConfirmSubscription')).toBe('done');
});

test('who hands something over with a role is asked as that role, else as the service', async () => {
  const { rights } = gateOf(['sns:Publish']);
  const deliver = (roleArn?: string) =>
    rights.gate.onDelivery?.(
      {
        arn: TOPIC,
        delivery: {
          payload: {},
          from: 'events.amazonaws.com',
          sourceArn: 'rule',
          ...(roleArn === undefined ? {} : { roleArn }),
        },
      },
      async () => undefined,
    );
  await expect(deliver(ROLE)).resolves.toBeUndefined();
  await expect(deliver()).rejects.toThrow('no resource-based policy allows the sns:Publish action');
});

test('nothing is handed to a service that does not say what that needs', async () => {
  const { rights } = gateOf(['*']);
  const delivery = { payload: {}, from: 'events.amazonaws.com', sourceArn: 'rule' };
  await expect(
    rights.gate.onDelivery?.({ arn: 'arn:aws:bare:us-east-1:1:x', delivery }, async () => undefined),
  ).rejects.toThrow('needsToReceive');
});

test('an audit lets through what would be denied, tells it, and keeps every request once', async () => {
  const { call, rights, kernel } = gateOf([], 'audit');
  expect(await call('Publish')).toBe('done');
  await call('Publish');
  expect(rights.requests().map(({ action }) => action)).toEqual(['sns:Publish']);
  expect(kernel.logs.map(({ message }) => message)).toEqual(['access would be denied']);
});
