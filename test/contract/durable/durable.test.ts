import {
  GetDurableExecutionHistoryCommand,
  InvokeCommand,
  ListDurableExecutionsByFunctionCommand,
  SendDurableExecutionCallbackFailureCommand,
  SendDurableExecutionCallbackHeartbeatCommand,
  SendDurableExecutionCallbackSuccessCommand,
  StopDurableExecutionCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDurableBench, type DurableBench } from './durable-bench.ts';

let bench: DurableBench;
beforeAll(async () => {
  bench = await startDurableBench();
});
afterAll(async () => {
  await bench.close();
  await bench.inner.close();
});

async function invoke(functionName: string, payload: object, over: object = {}) {
  const FunctionName = functionName;
  const Payload = Buffer.from(JSON.stringify(payload));
  const answer = await bench.client.send(
    new InvokeCommand({ FunctionName, Payload, InvocationType: 'Event', ...over }),
  );
  return {
    ...answer,
    arn: answer.DurableExecutionArn ?? '',
    text: Buffer.from(answer.Payload ?? []).toString(),
  };
}

const succeed = async (CallbackId: string, result: string) =>
  bench.client.send(
    new SendDurableExecutionCallbackSuccessCommand({ CallbackId, Result: Buffer.from(result) }),
  );

describe('the engine against the real SDK', () => {
  test('runs every kind of operation to its result, each step once', async () => {
    const story = await bench.deploy('story', 'handler');
    const { arn, StatusCode } = await invoke(story, { n: 21 });
    expect(StatusCode).toBe(202);
    await succeed(await bench.callbackId('story'), 'yes');
    const closed = await bench.closed(arn);
    expect(closed).toMatchObject({ Status: 'SUCCEEDED', Version: '1', InputPayload: '{"n":21}' });
    expect(JSON.parse(closed.Result ?? '')).toEqual({
      doubled: 42,
      flaky: 3,
      polled: 2,
      approved: 'yes',
      child: 3,
    });
    const ran = bench.effects('story').map((line) => line.replace(/^callback .*/, 'callback'));
    expect(ran).toEqual([
      'double',
      'flaky 1',
      'flaky 2',
      'flaky 3',
      'poll 0',
      'poll 1',
      'callback',
      'one',
      'two',
    ]);
    const { Events = [] } = await bench.client.send(
      new GetDurableExecutionHistoryCommand({ DurableExecutionArn: arn, MaxItems: 1000 }),
    );
    expect(Events.map((event) => event.EventId)).toEqual(Events.map((_, at) => at + 1));
    expect(Events.at(0)?.EventType).toBe('ExecutionStarted');
    expect(Events.filter((event) => event.Name === 'flaky').map((event) => event.EventType)).toEqual([
      'StepStarted',
      'StepFailed',
      'StepStarted',
      'StepFailed',
      'StepStarted',
      'StepSucceeded',
    ]);
    const states = bench.inner.kernel.events.filter((event) => event.detail['durableExecutionArn'] === arn);
    expect(states.map((event) => event.detail['status'])).toEqual(['RUNNING', 'SUCCEEDED']);
    expect(states[0]?.detailType).toBe('Durable Execution Status Change');
  });

  test('a synchronous caller waits for the result', async () => {
    const branching = await bench.deploy('sync', 'branching', { DurableConfig: { ExecutionTimeout: 600 } });
    const answer = await invoke(branching, {}, { InvocationType: 'RequestResponse' });
    expect(answer).toMatchObject({ StatusCode: 200, text: '["a","b"]' });
    expect(answer.DurableExecutionArn).toContain(':function:sync:1/durable-execution/');
  });

  test('a failed step fails the execution and its synchronous caller', async () => {
    const failing = await bench.deploy('failing', 'failing', { DurableConfig: { ExecutionTimeout: 600 } });
    const answer = await invoke(failing, {}, { InvocationType: 'RequestResponse' });
    expect(answer.FunctionError).toBe('Unhandled');
    expect(JSON.parse(answer.text)).toMatchObject({ errorMessage: 'it broke' });
    expect(await bench.closed(answer.arn)).toMatchObject({
      Status: 'FAILED',
      Error: { ErrorMessage: 'it broke' },
    });
  });

  test('a handler that is not wrapped fails and is told why', async () => {
    const bare = await bench.deploy('bare', 'bare');
    const closed = await bench.closed((await invoke(bare, {})).arn);
    expect(closed.Error?.ErrorMessage).toContain('withDurableExecution');
  });
});

describe('callbacks', () => {
  test('nobody answers: the handler gets the time-out', async () => {
    const asking = await bench.deploy('asking', 'asking');
    const { Result } = await bench.closed((await invoke(asking, { timeoutS: 2 })).arn);
    expect(Result).toContain('nobody: ');
    expect(Result).toContain('Callback timed out');
    await expect(succeed(await bench.callbackId('asking'), 'late')).rejects.toMatchObject({
      name: 'CallbackTimeoutException',
    });
  });

  test('a heartbeat keeps it alive, a failure reaches the handler', async () => {
    const asking = await bench.deploy('beating', 'asking');
    const { arn } = await invoke(asking, { timeoutS: 900, heartbeatS: 20 });
    const CallbackId = await bench.callbackId('beating');
    for (let beat = 0; beat < 5; beat += 1) {
      await bench.client.send(new SendDurableExecutionCallbackHeartbeatCommand({ CallbackId }));
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    const Error = { ErrorType: 'Refused', ErrorMessage: 'not on my watch' };
    await bench.client.send(new SendDurableExecutionCallbackFailureCommand({ CallbackId, Error }));
    expect((await bench.closed(arn)).Result).toContain('not on my watch');
  });

  test('without heartbeats it times out', async () => {
    const asking = await bench.deploy('silent', 'asking');
    const { Result } = await bench.closed((await invoke(asking, { timeoutS: 900, heartbeatS: 2 })).arn);
    expect(Result).toContain('heartbeat timed out');
  });

  test('an id that is not known is refused', async () => {
    await expect(succeed('nobody-has-this', 'x')).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });
});

describe('starting and stopping', () => {
  test('the same name and payload give the same execution, running or closed; another payload is refused', async () => {
    const asking = await bench.deploy('named', 'asking');
    const DurableExecutionName = 'incident-1-step-1';
    const first = await invoke(asking, { timeoutS: 600 }, { DurableExecutionName });
    const again = await invoke(asking, { timeoutS: 600 }, { DurableExecutionName });
    expect(again.arn).toBe(first.arn);
    await succeed(await bench.callbackId('named'), 'done');
    await bench.closed(first.arn);
    expect((await invoke(asking, { timeoutS: 600 }, { DurableExecutionName })).arn).toBe(first.arn);
    expect(bench.effects('named')).toHaveLength(1);
    await expect(invoke(asking, { timeoutS: 601 }, { DurableExecutionName })).rejects.toMatchObject({
      name: 'DurableExecutionAlreadyStartedException',
    });
  });

  test('an unqualified name is refused, and so is a synchronous call that may take over 15 minutes', async () => {
    await bench.deploy('strict', 'asking');
    await expect(invoke('strict', {})).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'You cannot invoke a durable function using an unqualified ARN.',
    });
    await expect(invoke('strict:live', {}, { InvocationType: 'RequestResponse' })).rejects.toThrow(
      '15 minutes',
    );
  });

  test('a stopped execution writes no more and is listed as stopped', async () => {
    const asking = await bench.deploy('stopping', 'asking');
    const { arn } = await invoke(asking, { timeoutS: 600 });
    const CallbackId = await bench.callbackId('stopping');
    const Error = { ErrorMessage: 'torn down' };
    await bench.client.send(new StopDurableExecutionCommand({ DurableExecutionArn: arn, Error }));
    expect(await bench.closed(arn)).toMatchObject({ Status: 'STOPPED', Error });
    await expect(succeed(CallbackId, 'late')).rejects.toMatchObject({ name: 'CallbackTimeoutException' });
    const { DurableExecutions } = await bench.client.send(
      new ListDurableExecutionsByFunctionCommand({ FunctionName: 'stopping', Statuses: ['STOPPED'] }),
    );
    expect(DurableExecutions?.map((each) => each.DurableExecutionArn)).toEqual([arn]);
  });

  test('an execution past its time-out is closed, and its event goes to the dead-letter queue', async () => {
    const TargetArn = 'arn:aws:sqs:us-east-1:123456789012:dead';
    const over = { DurableConfig: { ExecutionTimeout: 3 }, DeadLetterConfig: { TargetArn } };
    const asking = await bench.deploy('slow', 'asking', over);
    const { arn } = await invoke(asking, { timeoutS: 600 });
    expect(await bench.closed(arn)).toMatchObject({ Status: 'TIMED_OUT' });
    const sent = bench.inner.kernel.deliveries.find((each) => each.arn === TargetArn);
    expect(sent?.delivery.payload).toEqual({ timeoutS: 600 });
  });
});
