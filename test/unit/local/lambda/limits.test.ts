import { afterEach, describe, expect, test } from 'vitest';
import { createLambdaBench, until, type LambdaBench } from './lambda-bench.ts';

/** Lambda developer guide, "Lambda quotas" and "Configuring reserved concurrency". */

const HANDLER = `
const kept = [];
export const handler = async (event) => {
  if (event.do === 'fill') for (let n = 0; n < event.mb; n += 1) kept.push(Buffer.alloc(1024 * 1024, 1));
  if (event.do === 'fill and stay') {
    for (let n = 0; n < event.mb; n += 1) kept.push(Buffer.alloc(1024 * 1024, 1));
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
  if (event.do === 'churn') {
    let sum = 0;
    for (let n = 0; n < 400; n += 1) {
      sum += JSON.parse(JSON.stringify(Array.from({ length: 10_000 }, (_, at) => ({ at, text: 'x' + at })))).length;
    }
    return sum;
  }
  if (event.do === 'answer') return 'x'.repeat(event.bytes);
  return { pid: process.pid };
};`;

let bench: LambdaBench;
afterEach(async () => bench.close());

async function started(over: object = {}): Promise<void> {
  bench = createLambdaBench();
  await bench.deployFunction('worker', HANDLER, over);
  await bench.lambda.start?.();
}

const call = async (event: object) => {
  const answer = await bench.lambda.invoke({ functionName: 'worker', payload: JSON.stringify(event) });
  return { ...answer, body: JSON.parse(answer.payload) as Record<string, unknown> };
};
const report = (): string => bench.lines.findLast((line) => line.startsWith('REPORT ')) ?? '';

// Only Linux tells what a process has resident.
describe.runIf(process.platform === 'linux')('memory', () => {
  const KILLED = {
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringMatching(
      /^RequestId: \S+ Error: Runtime exited with error: signal: killed$/,
    ) as unknown,
  };

  test.each(['fill', 'fill and stay'])(
    'a function that takes more than its 128 MB is killed (%s)',
    async (what) => {
      await started({ MemorySize: 128 });
      const answer = await call({ do: what, mb: 200 });
      expect(answer).toMatchObject({ functionError: 'Unhandled', body: KILLED });
      expect(report()).toContain('\tMemory Size: 128 MB\tMax Memory Used: 128 MB');
      await until(() => bench.lambda.processes().length === 0);
      expect((await call({})).functionError).toBeUndefined();
    },
  );

  test('one that stays below lives on, and REPORT says what it took', async () => {
    await started({ MemorySize: 256 });
    const first = await call({ do: 'fill', mb: 100 });
    expect(first.functionError).toBeUndefined();
    const used = Number(/Max Memory Used: (\d+) MB/.exec(report())?.[1]);
    expect(used).toBeGreaterThan(130);
    expect(used).toBeLessThan(256);
    expect((await call({})).body['pid']).toBe(first.body['pid']);
  });

  test('a function of 128 MB may make much garbage: the heap is sized to its memory, as Lambda sizes it', async () => {
    await started({ MemorySize: 128 });
    expect(await call({ do: 'churn' })).toMatchObject({ payload: '4000000' });
  });
});

test('REPORT has the form of AWS, with the time to be ready in the first one only', async () => {
  await started();
  await call({});
  const form = String.raw`^REPORT RequestId: [\da-f-]{36}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB`;
  expect(report()).toMatch(new RegExp(String.raw`${form}\tInit Duration: [\d.]+ ms$`));
  await call({});
  expect(report()).toMatch(new RegExp(`${form}$`));
});

describe('payloads', () => {
  const SYNC = 6_291_456;
  const ASYNC = 1_048_576;
  const invoke = async (type: 'RequestResponse' | 'Event', bytes: number) =>
    bench.lambda.invoke({ functionName: 'worker', type, payload: JSON.stringify('x'.repeat(bytes - 2)) });

  test('are at most 6 MB for a synchronous request and 1 MB for an event', async () => {
    await started();
    expect(await invoke('RequestResponse', SYNC)).toMatchObject({ statusCode: 200 });
    expect(await invoke('Event', ASYNC)).toMatchObject({ statusCode: 202 });
    const tooLarge = { code: 'RequestTooLargeException', status: 413 };
    await expect(invoke('RequestResponse', SYNC + 1)).rejects.toMatchObject(tooLarge);
    await expect(invoke('Event', ASYNC + 1)).rejects.toMatchObject(tooLarge);
  });

  test('are at most 6 MB for a response', async () => {
    await started({ MemorySize: 512 });
    expect((await call({ do: 'answer', bytes: SYNC - 2 })).functionError).toBeUndefined();
    const answer = await call({ do: 'answer', bytes: SYNC });
    expect(answer).toMatchObject({
      functionError: 'Unhandled',
      body: { errorType: 'Function.ResponseSizeTooLarge' },
    });
  });
});

describe('what a template may ask for', () => {
  const variables = (bytes: number) => ({ Environment: { Variables: { A: 'x'.repeat(bytes - 8) } } });

  test('environment variables of 4 KB together, and no more', async () => {
    await started(variables(4_096));
    await expect(bench.deployFunction('worker', HANDLER, variables(4_097))).rejects.toThrow('4KB limit');
  });

  test.each([{ Timeout: 901 }, { Timeout: 0 }, { MemorySize: 127 }, { MemorySize: 10_241 }])(
    'a time-out of 1 to 900 s and 128 to 10,240 MB: %j is refused',
    async (over) => {
      await started({ Timeout: 900, MemorySize: 10_240 });
      await expect(bench.deployFunction('worker', HANDLER, over)).rejects.toMatchObject({
        code: 'InvalidParameterValueException',
      });
    },
  );

  test('reserved concurrency that leaves 100 of the account’s 1,000', async () => {
    await started({ ReservedConcurrentExecutions: 800 });
    await bench.deployFunction('other', HANDLER, { ReservedConcurrentExecutions: 100 });
    const third = bench.deployFunction('third', HANDLER, { ReservedConcurrentExecutions: 1 });
    await expect(third).rejects.toThrow('UnreservedConcurrentExecution below its minimum value of [100]');
  });

  test('a mapping on a queue whose messages stay hidden for as long as the function may run', async () => {
    const queue = { receive: async () => [], deleteMessages: async () => undefined };
    bench = createLambdaBench({ queues: { ...queue, visibilityTimeoutS: () => 30 } });
    const mapping = { EventSourceArn: 'arn:aws:sqs:us-east-1:123456789012:q', FunctionName: 'worker' };
    await bench.deployFunction('worker', HANDLER, { Timeout: 30 });
    await bench.deploy('AWS::Lambda::EventSourceMapping', mapping);
    await bench.deployFunction('worker', HANDLER, { Timeout: 31 });
    await expect(bench.deploy('AWS::Lambda::EventSourceMapping', mapping)).rejects.toThrow(
      'Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds',
    );
  });
});

test('a reserved concurrency of 0 throttles every call', async () => {
  await started({ ReservedConcurrentExecutions: 0 });
  await expect(call({})).rejects.toMatchObject({ code: 'TooManyRequestsException', status: 429 });
  expect(bench.lambda.processes()).toEqual([]);
});
