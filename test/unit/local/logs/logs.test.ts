import { expect, test } from 'vitest';
import { compileFilterPattern } from '../../../../local/logs/filter-pattern.ts';
import { LogBook } from '../../../../local/logs/log-book.ts';
import { createLogs } from '../../../../local/logs/logs.ts';
import { createFakeKernel } from '../../../fakes/fake-kernel.ts';

const CALL = { principal: 'owner', requestId: 'r' };
const GROUP = { logGroupName: '/aws/lambda/f' };

interface Page {
  readonly events: { readonly message: string }[];
  readonly nextToken?: string;
  readonly nextForwardToken: string;
  readonly nextBackwardToken: string;
}

function someLogs() {
  const logs = createLogs(createFakeKernel());
  const run = async (operation: string, input: object) =>
    (await logs.rpc?.operations[operation]?.(input, CALL)) as Page;
  const messages = async (operation: string, input: object) =>
    (await run(operation, { ...GROUP, ...input })).events.map(({ message }) => message);
  return { logs, run, messages };
}

test('what a function wrote is found by page, by word and from both ends', async () => {
  const { logs, run, messages } = someLogs();
  for (const line of ['one', 'two', 'three']) logs.record('f', line);
  const first = await run('FilterLogEvents', { ...GROUP, limit: 2 });
  expect(first.events.map(({ message }) => message)).toEqual(['one', 'two']);
  expect(await messages('FilterLogEvents', { nextToken: first.nextToken })).toEqual(['three']);
  expect(await messages('FilterLogEvents', { filterPattern: '?one ?three' })).toEqual(['one', 'three']);
  expect(await messages('FilterLogEvents', { startTime: Date.UTC(2030, 0) })).toEqual([]);
  expect(await messages('GetLogEvents', { limit: 2 })).toEqual(['two', 'three']);
  const head = await run('GetLogEvents', { ...GROUP, limit: 2, startFromHead: true });
  const rest = await run('GetLogEvents', { ...GROUP, nextToken: head.nextForwardToken });
  expect(rest.events.map(({ message }) => message)).toEqual(['three']);
  const end = await run('GetLogEvents', { ...GROUP, nextToken: rest.nextForwardToken });
  expect(end).toMatchObject({ events: [], nextForwardToken: rest.nextForwardToken });
});

test('a group that is declared is there before anything is written, another is not', async () => {
  const { logs, run, messages } = someLogs();
  const properties = { LogGroupName: '/aws/lambda/f', RetentionInDays: 30 };
  const deployed = await logs.resources?.[0]?.put({
    stack: 's',
    logicalId: 'L',
    suggestedName: 's-L',
    properties,
  });
  expect(deployed).toEqual({
    ref: '/aws/lambda/f',
    attributes: { Arn: 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/f:*' },
  });
  expect(await run('DescribeLogGroups', {})).toMatchObject({
    logGroups: [{ logGroupName: '/aws/lambda/f', retentionInDays: 30 }],
  });
  expect(await messages('FilterLogEvents', {})).toEqual([]);
  await expect(run('FilterLogEvents', { logGroupName: 'x' })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
  });
  await expect(run('FilterLogEvents', { ...GROUP, nextToken: 'x' })).rejects.toMatchObject({
    code: 'InvalidParameterException',
  });
});

test('a function that never stops writing fills no memory', () => {
  const book = new LogBook();
  for (let line = 0; line < 100; line += 1) book.record('g', line, 'x'.repeat(100_000));
  const kept = book.eventsOf('g');
  expect(kept.length).toBeLessThanOrEqual(40);
  expect(kept.at(-1)?.seq).toBe(100);
});

test.each([
  { pattern: '', matches: true },
  { pattern: 'ERROR', matches: true },
  { pattern: 'ERROR down', matches: true },
  { pattern: 'ERROR up', matches: false },
  { pattern: '?up ?down', matches: true },
  { pattern: 'ERROR -down', matches: false },
  { pattern: '"is down"', matches: true },
  { pattern: String.raw`"\"shop\""`, matches: true },
])('of the pattern $pattern the line is found: $matches', ({ pattern, matches }) => {
  expect(compileFilterPattern(pattern)('ERROR "shop" is down')).toBe(matches);
});

test.each(['{ $.level = "ERROR" }', '[ip, user]', '%ERR.R%'])('the pattern %s is refused', (pattern) => {
  expect(() => compileFilterPattern(pattern)).toThrow('is not plain terms');
});
