import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { LambdaOptions } from '../../../../local/lambda/lambda.ts';
import { createLambdaBench, until, type LambdaBench } from './lambda-bench.ts';

const HANDLER = `
export const handler = async (event, context) => {
  console.log('event ' + JSON.stringify(event));
  if (event.do === 'throw') throw new RangeError('too far');
  if (event.do === 'reject') { Promise.reject(new Error('nobody listens')); await new Promise(() => {}); }
  if (event.do === 'uncaught') { setTimeout(() => { throw new TypeError('from a timer'); }); await new Promise(() => {}); }
  if (event.do === 'exit') process.exit(7);
  if (event.do === 'hang') await new Promise((resolve) => setTimeout(resolve, 60_000));
  if (event.do === 'env') return process.env;
  if (event.do === 'wait') await new Promise((resolve) => setTimeout(resolve, event.ms));
  if (event.do === 'nothing') return undefined;
  return { event, pid: process.pid, remainingMs: context.getRemainingTimeInMillis(), name: context.functionName,
    arn: context.invokedFunctionArn, requestId: context.awsRequestId };
};`;

let bench: LambdaBench;
afterEach(async () => bench.close());

async function started(over: object = {}, options: LambdaOptions = {}): Promise<LambdaBench> {
  bench = createLambdaBench(options);
  await bench.deployFunction('worker', HANDLER, over);
  await bench.lambda.start?.();
  return bench;
}

const call = async (event: object, functionName = 'worker') => {
  const answer = await bench.lambda.invoke({ functionName, payload: JSON.stringify(event) });
  return { ...answer, body: JSON.parse(answer.payload) as Record<string, unknown> };
};
const vended = (name: string): number[] =>
  bench.kernel.vended.filter((sample) => sample.name === name).map((sample) => sample.value);

describe('a function from its bundle', () => {
  test('gets the event and a context, and its process is used again', async () => {
    await started();
    const first = await call({ n: 1 });
    const second = await call({ n: 2 });
    expect(first).toMatchObject({ statusCode: 200, executedVersion: '$LATEST' });
    expect(first.body).toMatchObject({
      event: { n: 1 },
      name: 'worker',
      arn: 'arn:aws:lambda:us-east-1:123456789012:function:worker',
    });
    expect(first.body['remainingMs']).toBeGreaterThan(15_000);
    expect(second.body['pid']).toBe(first.body['pid']);
    expect(second.body['requestId']).not.toBe(first.body['requestId']);
    expect(vended('Invocations')).toEqual([1, 1]);
    expect(vended('Errors')).toEqual([0, 0]);
    expect(vended('Duration')).toHaveLength(2);
  });

  test('has only the environment of the template, of Lambda and of its role', async () => {
    await started({ Environment: { Variables: { TABLE: 'state' } }, MemorySize: 256 });
    const { body } = await call({ do: 'env' });
    const { AWS_LAMBDA_RUNTIME_API: api, AWS_LAMBDA_LOG_STREAM_NAME: stream, ...rest } = body;
    expect(api).toMatch(/^127\.0\.0\.1:\d+\//);
    expect(stream).toContain('$LATEST');
    expect(rest).toEqual({
      TABLE: 'state',
      _HANDLER: 'handler.handler',
      _X_AMZN_TRACE_ID: '',
      AWS_ACCESS_KEY_ID: 'key-of-arn:aws:iam::123456789012:role/test',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_FUNCTION_NAME: 'worker',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/worker',
      AWS_REGION: 'us-east-1',
      AWS_SECRET_ACCESS_KEY: 'not-a-secret',
      LAMBDA_TASK_ROOT: join(bench.dir, 'code', 'worker'),
      LANG: 'en_US.UTF-8',
      NODE_OPTIONS: '--max-old-space-size=230 --max-semi-space-size=12',
      PATH: '/usr/local/bin:/usr/bin:/bin',
      TZ: ':UTC',
    });
  });

  test.each([
    { event: 'throw', errorType: 'RangeError', errorMessage: 'too far' },
    {
      event: 'reject',
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'Error: nobody listens',
    },
    { event: 'uncaught', errorType: 'TypeError', errorMessage: 'from a timer' },
    {
      event: 'exit',
      errorType: 'Runtime.ExitError',
      errorMessage: /Runtime exited with error: exit status 7$/,
    },
    { event: 'hang', errorType: 'Sandbox.Timedout', errorMessage: /Task timed out after 1\.00 seconds$/ },
  ])('that fails by $event answers $errorType', async ({ event, errorType, errorMessage }) => {
    await started({ Timeout: 1 });
    const answer = await call({ do: event });
    expect(answer.functionError).toBe('Unhandled');
    const message: unknown =
      typeof errorMessage === 'string' ? errorMessage : expect.stringMatching(errorMessage);
    expect(answer.body).toMatchObject({ errorType, errorMessage: message });
    expect(vended('Errors')).toEqual([1]);
    expect((await call({})).functionError).toBeUndefined();
  });

  test('killed with -9 in the middle answers Runtime.ExitError', async () => {
    await started();
    const answer = call({ do: 'hang' });
    const busy = await until(() =>
      bench.lambda.processes().find((each) => each.isBusy && bench.lines.length > 1),
    );
    expect(busy.requestId).toMatch(/^[\da-f-]{36}$/);
    process.kill(busy.pid ?? 0, 'SIGKILL');
    expect((await answer).body).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/signal: killed$/) as unknown,
    });
  });

  test('whose file is not there answers Runtime.ImportModuleError', async () => {
    await started({ Handler: 'other.handler' });
    expect((await call({})).body).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
  });

  test('writes its lines to its own log file', async () => {
    await started();
    const { body } = await call({ n: 1 });
    await until(() => bench.lines.some((line) => line.startsWith('event ')));
    await bench.lambda.stop?.();
    const log = readFileSync(join(bench.dir, 'logs', 'worker.log'), 'utf8').split('\n');
    expect(log[0]).toBe(`START RequestId: ${String(body['requestId'])} Version: $LATEST`);
    expect(log).toContain('event {"n":1}');
    expect(log.some((line) => line.startsWith('REPORT RequestId: '))).toBe(true);
  });

  test('answers null for undefined', async () => {
    await started();
    expect((await bench.lambda.invoke({ functionName: 'worker', payload: '{"do":"nothing"}' })).payload).toBe(
      'null',
    );
  });
});

describe('concurrency', () => {
  test('is as many processes as events, up to the reserved concurrency, then 429', async () => {
    await started({ ReservedConcurrentExecutions: 2 });
    const running = [call({ do: 'wait', ms: 500 }), call({ do: 'wait', ms: 500 })];
    await expect(call({})).rejects.toMatchObject({ code: 'TooManyRequestsException', status: 429 });
    const pids = (await Promise.all(running)).map((each) => each.body['pid']);
    expect(new Set(pids).size).toBe(2);
    expect(vended('Throttles')).toContain(1);
  });

  test('past the cap ends an idle process of another function', async () => {
    await started({}, { maxProcesses: 1 });
    await bench.deployFunction('other', HANDLER);
    const first = await call({});
    await until(() => bench.lambda.processes().every((each) => !each.isBusy));
    const second = await call({}, 'other');
    expect(second.body['pid']).not.toBe(first.body['pid']);
    expect(bench.lambda.processes().map((each) => each.functionName)).toEqual(['other']);
  });

  test('idle processes end', async () => {
    await started({}, { idleMs: 100 });
    await call({});
    await until(() => bench.lambda.processes().length === 0);
  });

  test('new code is run by new processes', async () => {
    await started();
    const first = await call({});
    await until(() => bench.lambda.processes().every((each) => !each.isBusy));
    await bench.deployFunction('worker', HANDLER, { Environment: { Variables: { NEW: '1' } } });
    expect((await call({ do: 'env' })).body).toMatchObject({ NEW: '1' });
    await until(() => bench.lambda.processes().every((each) => each.pid !== first.body['pid']));
  });

  test('nothing is left running after stop', async () => {
    await started();
    const { body } = await call({});
    await bench.lambda.stop?.();
    expect(() => process.kill(Number(body['pid']), 0)).toThrow(/ESRCH/);
  });
});
