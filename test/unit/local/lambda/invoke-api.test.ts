import {
  GetAliasCommand,
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDoor, type Door } from '../../../../local/door/door.ts';
import type { Queues } from '../../../../local/lambda/queue-poller.ts';
import { createLambdaBench, until, type LambdaBench } from './lambda-bench.ts';

const ECHO = `export const handler = async (event) => {
  console.log('got ' + JSON.stringify(event));
  if (event.big) return 'x'.repeat(event.big);
  if (event.fail) throw new Error('told to');
  return { event };
};`;

let bench: LambdaBench;
let door: Door;
let client: LambdaClient;
beforeEach(async () => {
  bench = createLambdaBench({ retryDelaysMs: [20] });
  await open();
});
afterEach(async () => {
  client.destroy();
  await bench.close();
  await door.close();
});

async function open(): Promise<void> {
  const services = [bench.lambda];
  door = await openDoor({
    services,
    roleOf: () => undefined,
    log: () => undefined,
    clock: bench.kernel.clock,
  });
  const credentials = { accessKeyId: 'owner', secretAccessKey: 'none' };
  client = new LambdaClient({ endpoint: door.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  await bench.deployFunction('echo', ECHO);
  await bench.deploy('AWS::Lambda::Version', { FunctionName: 'echo' }, 'EchoVersion');
  await bench.deploy('AWS::Lambda::Alias', { FunctionName: 'echo', Name: 'live', FunctionVersion: '1' });
  await bench.lambda.start?.();
}

const invoke = async (FunctionName: string, payload: string, over: object = {}) => {
  const Payload = Buffer.from(payload);
  const answer = await client.send(new InvokeCommand({ FunctionName, Payload, ...over }));
  return { ...answer, text: Buffer.from(answer.Payload ?? []).toString() };
};
const got = (): string[] => bench.lines.filter((line) => line.startsWith('got '));

describe('Invoke with the SDK client', () => {
  test.each([
    { name: 'echo', version: '$LATEST' },
    { name: 'echo:live', version: '1' },
    { name: 'arn:aws:lambda:us-east-1:123456789012:function:echo', version: '$LATEST' },
    { name: 'arn:aws:lambda:us-east-1:123456789012:function:echo:1', version: '1' },
  ])('$name runs version $version', async ({ name, version }) => {
    const answer = await invoke(name, '{"n":1}');
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: version, text: '{"event":{"n":1}}' });
    expect(answer.FunctionError).toBeUndefined();
  });

  test('a function error comes with its payload', async () => {
    const answer = await invoke('echo', '{"fail":true}');
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(answer.text)).toMatchObject({ errorType: 'Error', errorMessage: 'told to' });
  });

  test('an event is taken at once, and retried', async () => {
    const answer = await invoke('echo', '{"fail":true}', { InvocationType: 'Event' });
    expect(answer).toMatchObject({ StatusCode: 202, text: '' });
    await until(() => got().length === 3);
  });

  test('a dry run runs nothing', async () => {
    expect((await invoke('echo', '{}', { InvocationType: 'DryRun' })).StatusCode).toBe(204);
    expect(bench.lambda.processes()).toEqual([]);
  });

  test('an empty payload is an empty event', async () => {
    expect((await invoke('echo', '')).text).toBe('{"event":{}}');
  });

  test.each([
    {
      what: 'an unknown function',
      name: 'nobody',
      payload: '{}',
      error: 'ResourceNotFoundException',
      status: 404,
    },
    { what: 'no JSON', name: 'echo', payload: '{', error: 'InvalidRequestContentException', status: 400 },
    {
      what: 'over 6 MB',
      name: 'echo',
      payload: `"${'x'.repeat(6_291_456)}"`,
      error: 'RequestTooLargeException',
      status: 413,
    },
    {
      what: 'an event over 1 MB',
      name: 'echo',
      payload: `"${'x'.repeat(1_048_576)}"`,
      type: 'Event',
      error: 'RequestTooLargeException',
      status: 413,
    },
  ])('$what is refused with $error', async ({ name, payload, error, status, type }) => {
    await expect(invoke(name, payload, { InvocationType: type })).rejects.toMatchObject({
      name: error,
      $metadata: { httpStatusCode: status },
    });
  });

  test('an execution name is refused for a function that is not durable', async () => {
    await expect(invoke('echo', '{}', { DurableExecutionName: 'x' })).rejects.toThrow(
      'not a durable function',
    );
  });

  test('an answer over 6 MB is an error of the function', async () => {
    const answer = await invoke('echo', '{"big":6291460}');
    expect(answer.FunctionError).toBe('Unhandled');
    expect(answer.text).toContain('Function.ResponseSizeTooLarge');
  });
});

test('functions and aliases can be read', async () => {
  const { Configuration } = await client.send(
    new GetFunctionCommand({ FunctionName: 'echo', Qualifier: 'live' }),
  );
  expect(Configuration).toMatchObject({ FunctionName: 'echo', Version: '1', Timeout: 20, State: 'Active' });
  const alias = await client.send(new GetAliasCommand({ FunctionName: 'echo', Name: 'live' }));
  expect(alias).toMatchObject({
    FunctionVersion: '1',
    AliasArn: expect.stringContaining(':echo:live') as unknown,
  });
  const { Functions } = await client.send(new ListFunctionsCommand({}));
  expect(Functions?.map(({ FunctionName }) => FunctionName)).toEqual(['echo']);
});

test('a delivery of another service is an event', async () => {
  const arn = 'arn:aws:lambda:us-east-1:123456789012:function:echo';
  const delivery = {
    payload: { n: 7 },
    from: 'events.amazonaws.com',
    sourceArn: 'arn:aws:events:r:a:rule/x',
  };
  await bench.lambda.receive?.(arn, delivery);
  await until(() => got().includes('got {"n":7}'));
});

test('what was taken before a restart is run after it', async () => {
  await bench.lambda.stop?.();
  await invoke('echo', '{"n":8}', { InvocationType: 'Event' });
  client.destroy();
  await door.close();
  bench = await bench.restart();
  await open();
  await until(() => got().includes('got {"n":8}'));
});

test('a queue is read into its function', async () => {
  await bench.close();
  const waiting = ['1', '2'].map((messageId) => ({
    messageId,
    receiptHandle: `handle-${messageId}`,
    body: `{"alarm":${messageId}}`,
    attributes: {},
    messageAttributes: {},
    md5OfBody: '',
  }));
  const deleted: string[] = [];
  const queues: Queues = {
    receive: async (_arn, max) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return waiting.splice(0, max);
    },
    deleteMessages: async (_arn, handles) => void deleted.push(...handles),
    visibilityTimeoutS: () => 30,
  };
  bench = createLambdaBench({ queues });
  await bench.deployFunction('echo', ECHO);
  const mapping = { EventSourceArn: 'arn:aws:sqs:us-east-1:123456789012:alarms', FunctionName: 'echo' };
  await bench.deploy('AWS::Lambda::EventSourceMapping', mapping);
  await door.close();
  await open();
  await until(() => deleted.length === 2);
  const event = JSON.parse(got()[0]?.slice('got '.length) ?? '') as { Records: object[] };
  expect(event.Records[0]).toMatchObject({
    messageId: '1',
    body: '{"alarm":1}',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:alarms',
    awsRegion: 'us-east-1',
  });
});

test.each([
  [{ Runtime: 'python3.14' }, 'Runtime'],
  [{ Layers: ['arn:aws:lambda:us-east-1:1:layer:x:1'] }, 'layers are not run locally'],
  [{ Timeout: 901 }, 'Timeout'],
  [{ DurableConfig: { ExecutionTimeout: 0 } }, 'ExecutionTimeout'],
])('a function with %j is refused and says why', async (over, why) => {
  await expect(bench.deployFunction('wrong', ECHO, over)).rejects.toThrow(why);
});
