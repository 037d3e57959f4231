import {
  CheckpointDurableExecutionCommand,
  InvokeCommand,
  SendDurableExecutionCallbackSuccessCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, expect, test } from 'vitest';
import { startDurableBench, type DurableBench } from './durable-bench.ts';

let bench: DurableBench;
afterEach(async () => {
  await bench.close();
  await bench.inner.close();
});

test('an execution survives restarts of the cloud in every phase', async () => {
  bench = await startDurableBench();
  const FunctionName = await bench.deploy('story', 'handler');
  const Payload = Buffer.from('{"n":1}');
  const { DurableExecutionArn = '' } = await bench.client.send(
    new InvokeCommand({ FunctionName, Payload, InvocationType: 'Event' }),
  );
  // Six times, wherever it happens to be: in a step, in a retry, in a wait.
  for (let time = 0; time < 6; time += 1) {
    await new Promise((resolve) => setTimeout(resolve, 60));
    await bench.close();
    bench = await startDurableBench({ earlier: bench });
    await bench.deploy('story', 'handler');
  }
  const CallbackId = await bench.callbackId('story');
  await bench.close();
  bench = await startDurableBench({ earlier: bench });
  await bench.deploy('story', 'handler');
  const answer = { CallbackId, Result: Buffer.from('yes') };
  await bench.client.send(new SendDurableExecutionCallbackSuccessCommand(answer));
  const closed = await bench.closed(DurableExecutionArn);
  expect(JSON.parse(closed.Result ?? '')).toEqual({
    doubled: 2,
    flaky: 3,
    polled: 2,
    approved: 'yes',
    child: 3,
  });
});

test('an invocation that is presumed dead can write no more', async () => {
  const tokens: string[] = [];
  bench = await startDurableBench({
    onCheckpoint: (_name, take) => {
      const answer = take();
      tokens.push((answer.body as { CheckpointToken: string }).CheckpointToken);
      return answer;
    },
  });
  const FunctionName = await bench.deploy('asking', 'asking');
  const { DurableExecutionArn } = await bench.client.send(
    new InvokeCommand({ FunctionName, Payload: Buffer.from('{"timeoutS":600}'), InvocationType: 'Event' }),
  );
  await bench.callbackId('asking');
  await expect.poll(() => bench.inner.lambda.processes().some((each) => each.isBusy)).toBe(false);
  for (const CheckpointToken of tokens) {
    const write = new CheckpointDurableExecutionCommand({
      DurableExecutionArn,
      CheckpointToken,
      Updates: [],
    });
    await expect(bench.client.send(write)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringMatching(/^Invalid Checkpoint Token/) as unknown,
    });
  }
});
