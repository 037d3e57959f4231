import { expect, test } from 'vitest';
import { createEvents } from '../../../../local/events/events.ts';
import { createFakeKernel, type FakeKernel } from '../../../fakes/fake-kernel.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:probe';
const RULE = { Name: 'probe', EventPattern: '{"source":["aws.cloudwatch"]}' };
const EVENT = { source: 'aws.cloudwatch', detailType: 'd', resources: [], detail: {} };

function theBus(kernel: FakeKernel) {
  const events = createEvents(kernel);
  const run = async (operation: string, input: object) =>
    events.rpc?.operations[operation]?.(input, { principal: 'owner', requestId: 'r' });
  return { events, run };
}

const target = (Id: string) => ({ Id, Arn: QUEUE });

test('a rule put over the API delivers, outlives a restart, and ends when it is deleted', async () => {
  const kernel = createFakeKernel();
  const { run } = theBus(kernel);
  await run('PutRule', RULE);
  await run('PutTargets', { Rule: 'probe', Targets: [target('q')] });
  const later = kernel.restart();
  const { events, run: runLater } = theBus(later);
  await events.start?.();
  events.emit(EVENT);
  await later.clock.advance(0);
  expect(later.deliveries.map(({ arn }) => arn)).toEqual([QUEUE]);
  await expect(runLater('DeleteRule', { Name: 'probe' })).rejects.toMatchObject({
    code: 'ValidationException',
  });
  await runLater('RemoveTargets', { Rule: 'probe', Ids: ['q'] });
  await runLater('DeleteRule', { Name: 'probe' });
  expect(await runLater('ListRules', {})).toEqual({ Rules: [] });
  expect(await theBus(later.restart()).run('ListRules', {})).toEqual({ Rules: [] });
});

test('putting a rule again keeps its targets; a target of the same id is replaced', async () => {
  const { run } = theBus(createFakeKernel());
  await run('PutRule', RULE);
  await run('PutTargets', { Rule: 'probe', Targets: [target('a'), target('b')] });
  await run('PutTargets', { Rule: 'probe', Targets: [{ ...target('a'), InputPath: '$.detail' }] });
  await run('PutRule', { ...RULE, State: 'DISABLED' });
  expect(await run('ListTargetsByRule', { Rule: 'probe' })).toMatchObject({
    Targets: [{ Id: 'a', InputPath: '$.detail' }, { Id: 'b' }],
  });
  expect(await run('DescribeRule', { Name: 'probe' })).toMatchObject({
    State: 'DISABLED',
    EventPattern: RULE.EventPattern,
  });
});

test.each([
  { what: 'no JSON', over: { EventPattern: 'x' }, code: 'InvalidEventPatternException' },
  { what: 'a list', over: { EventPattern: '[]' }, code: 'InvalidEventPatternException' },
  { what: 'no pattern', over: { EventPattern: '{"source":"x"}' }, code: 'ValidationException' },
])('a rule with $what is refused', async ({ over, code }) => {
  const { run } = theBus(createFakeKernel());
  await expect(run('PutRule', { ...RULE, ...over })).rejects.toMatchObject({ code });
  expect(await run('ListRules', {})).toEqual({ Rules: [] });
});

test('a sixth target, and targets of a rule that is not there, are refused', async () => {
  const { run } = theBus(createFakeKernel());
  const Targets = ['1', '2', '3', '4', '5', '6'].map(target);
  await expect(run('PutTargets', { Rule: 'probe', Targets })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
  });
  await run('PutRule', RULE);
  await expect(run('PutTargets', { Rule: 'probe', Targets })).rejects.toMatchObject({
    code: 'LimitExceededException',
  });
});
