import {
  GetDurableExecutionHistoryCommand,
  InvokeCommand,
  SendDurableExecutionCallbackSuccessCommand,
  type Event,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RestResponse } from '../../../local/kernel/service.ts';
import { startDurableBench, type DurableBench } from './durable-bench.ts';

/** Kill -9 of the function's process around its n-th checkpoint: the request is lost, or its answer is. */
interface Crash {
  readonly at: number;
  readonly lost: 'request' | 'answer';
}

let bench: DurableBench;
const plans = new Map<string, Crash>();
const counts = new Map<string, number>();

beforeAll(async () => {
  bench = await startDurableBench({ onCheckpoint });
});
afterAll(async () => {
  await bench.close();
  await bench.inner.close();
});

function onCheckpoint(functionName: string, take: () => RestResponse): RestResponse {
  const count = (counts.get(functionName) ?? 0) + 1;
  counts.set(functionName, count);
  const plan = plans.get(functionName);
  if (plan?.at !== count) return take();
  const answer = plan.lost === 'answer' ? take() : undefined;
  const running = bench.inner.lambda.processes();
  const victim = running.find((each) => each.functionName === functionName && each.isBusy);
  process.kill(victim?.pid ?? 0, 'SIGKILL');
  return answer ?? { status: 500, body: {} };
}

interface Run {
  readonly result: unknown;
  readonly effects: string[];
  readonly events: Event[];
  readonly checkpoints: number;
}

async function run(name: string, crash?: Crash): Promise<Run> {
  if (crash !== undefined) plans.set(name, crash);
  const FunctionName = await bench.deploy(name, 'handler');
  const { client } = bench;
  const { DurableExecutionArn } = await client.send(
    new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: Buffer.from('{"n":4}') }),
  );
  const CallbackId = await bench.callbackId(name);
  await expect.poll(async () => hasAsked(await history(DurableExecutionArn)), { timeout: 60_000 }).toBe(true);
  await client.send(
    new SendDurableExecutionCallbackSuccessCommand({ CallbackId, Result: Buffer.from('go') }),
  );
  const closed = await bench.closed(DurableExecutionArn ?? '');
  const events = await history(DurableExecutionArn);
  const effects = bench.effects(name).map((line) => line.replace(/^callback .*/, 'callback'));
  return {
    result: JSON.parse(closed.Result ?? 'null'),
    effects,
    events,
    checkpoints: counts.get(name) ?? 0,
  };
}

async function history(DurableExecutionArn: string | undefined): Promise<Event[]> {
  const command = new GetDurableExecutionHistoryCommand({ DurableExecutionArn, MaxItems: 1000 });
  return (await bench.client.send(command)).Events ?? [];
}

/** The step that hands the callback out is recorded: from here on the answer cannot overtake it. */
function hasAsked(events: readonly Event[]): boolean {
  const asked = events.findIndex((event) => event.EventType === 'CallbackStarted');
  return asked !== -1 && events.slice(asked).some((event) => event.EventType === 'StepSucceeded');
}

/** What was recorded, in order: the name and kind of every success, and nothing that depends on time. */
const recorded = ({ events }: Run): string[] =>
  events
    .filter((event) => /^(Step|Context|Wait|Callback)Succeeded$/.test(event.EventType ?? ''))
    .map((event) => `${event.EventType} ${event.Name}`);

test(
  'kill -9 at every checkpoint: same result, each result recorded once',
  { timeout: 240_000 },
  async () => {
    const calm = await run('calm');
    expect(calm.result).toEqual({ doubled: 8, flaky: 3, polled: 2, approved: 'go', child: 3 });
    expect(calm.checkpoints).toBeGreaterThan(10);
    const crashes = Array.from({ length: calm.checkpoints }, (_, at) => at + 1).flatMap((at): Crash[] => [
      { at, lost: 'request' },
      { at, lost: 'answer' },
    ]);
    const pending = crashes.values();
    const worker = async (): Promise<void> => {
      for (const crash of pending) {
        const label = `the ${crash.lost} of checkpoint ${crash.at} is lost`;
        const hit = await run(`hit-${crash.at}-${crash.lost}`, crash);
        expect(hit.result, label).toEqual(calm.result);
        expect(recorded(hit), label).toEqual(recorded(calm));
        // One step at most was under way when the process died; only that one may have run twice.
        expect([...new Set(hit.effects)], label).toEqual(calm.effects);
        expect(hit.effects.length - calm.effects.length, label).toBeLessThanOrEqual(1);
        expect(hit.events.filter((event) => event.InvocationCompletedDetails?.Error).length, label).toBe(1);
      }
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
  },
);
