import { DurableExecutionAlreadyStartedException, LambdaClient } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { lambdaRecoveryStarter } from '../../../../../shared/adapters/lambda/recovery-starter.ts';
import type { RecoveryOrdered } from '../../../../../shared/domain/incident/events.ts';
import { answerCalls, SDK_OPTIONS } from '../../../../fakes/fake-sdk.ts';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:homeostat-recover:live';
const anOrder = (attempt: string): RecoveryOrdered => ({
  type: 'recovery-ordered',
  incident: 'shop-1',
  attempt,
  recovery: 'restart',
  targets: ['inventory'],
  deadlineMs: 0,
  because: '',
});

function start(answer: () => object) {
  const client = new LambdaClient(SDK_OPTIONS);
  const calls = answerCalls(client, answer);
  return { starter: lambdaRecoveryStarter(client, ARN), calls };
}

test('the alias is invoked asynchronously, by name, with ids only', async () => {
  const { starter, calls } = start(() => ({ DurableExecutionArn: 'arn:execution' }));
  expect(await starter.start('shop', anOrder('shop-1-r1'))).toBe('arn:execution');
  expect(calls[0]?.input).toMatchObject({
    FunctionName: ARN,
    InvocationType: 'Event',
    Payload: '{"system":"shop","attempt":"shop-1-r1"}',
  });
  expect(calls[0]?.input['DurableExecutionName']).toMatch(/^shop-1-r1-[0-9a-f]{12}$/);
});

test('the name follows from system and attempt alone, and stays within what Lambda takes', async () => {
  const { starter, calls } = start(() => ({}));
  const long = `${'very-'.repeat(30)}long-1-r1`;
  for (const [system, attempt] of [
    ['shop', 'shop-1-r1'],
    ['shop', 'shop-1-r1'],
    ['mall', 'shop-1-r1'],
    ['shop', long],
  ])
    await starter.start(system ?? '', anOrder(attempt ?? ''));
  const names = calls.map(({ input }) => String(input['DurableExecutionName']));
  expect(names[0]).toBe(names[1]);
  expect(new Set(names).size).toBe(3);
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
});

test('a name that another version of the function holds is a start that has happened', async () => {
  const { starter } = start(() => {
    throw new DurableExecutionAlreadyStartedException({ message: 'other payload', $metadata: {} });
  });
  expect(await starter.start('shop', anOrder('shop-1-r1'))).toMatch(/^shop-1-r1-/);
});

test('any other error is one: the order stays open and is tried again', async () => {
  const { starter } = start(() => {
    throw new Error('TooManyRequests');
  });
  await expect(starter.start('shop', anOrder('shop-1-r1'))).rejects.toThrow('TooManyRequests');
});
