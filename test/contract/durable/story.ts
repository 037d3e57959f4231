import { withDurableExecution, type DurableContext } from '@aws/durable-execution-sdk-js';
import { appendFileSync } from 'node:fs';

/** What really happened, one line each: a step that is repeated shows here, in the state it must not. */
function effect(what: string): void {
  appendFileSync(process.env['EFFECTS'] ?? '/dev/null', `${what}\n`);
}

/** One handler that uses every kind of durable operation we rely on. */
export const handler = withDurableExecution(async (event: { n: number }, context: DurableContext) => {
  const doubled = await context.step('double', async () => {
    effect('double');
    return event.n * 2;
  });
  const flaky = await context.step(
    'flaky',
    async ({ attempt }) => {
      effect(`flaky ${attempt}`);
      if (attempt < 3) throw new Error(`attempt ${attempt} fails`);
      return attempt;
    },
    { retryStrategy: () => ({ shouldRetry: true, delay: { seconds: 1 } }) },
  );
  await context.wait('rest', { seconds: 2 });
  const polled = await context.waitForCondition(
    'settled',
    async (state) => {
      effect(`poll ${state}`);
      return state + 1;
    },
    {
      initialState: 0,
      waitStrategy: (state) =>
        state >= 2 ? { shouldContinue: false } : { shouldContinue: true, delay: { seconds: 1 } },
    },
  );
  const approved = await context.waitForCallback('approval', async (callbackId) => {
    effect(`callback ${callbackId}`);
  });
  const child = await context.runInChildContext('child', async (inner) => {
    const one = await inner.step('one', async () => {
      effect('one');
      return 1;
    });
    await inner.wait({ seconds: 1 });
    return (
      one +
      (await inner.step('two', async () => {
        effect('two');
        return 2;
      }))
    );
  });
  return { doubled, flaky, polled, approved, child };
});

/** Fails in a step without a retry. */
export const failing = withDurableExecution(async (_event: unknown, context: DurableContext) =>
  context.step(
    'break',
    async () => {
      throw new Error('it broke');
    },
    { retryStrategy: () => ({ shouldRetry: false }) },
  ),
);

/** Asks and gives up when nobody answers. */
export const asking = withDurableExecution(
  async (event: { timeoutS: number; heartbeatS?: number }, context: DurableContext) => {
    try {
      return await context.waitForCallback('ask', async (callbackId) => effect(`callback ${callbackId}`), {
        timeout: { seconds: event.timeoutS },
        ...(event.heartbeatS !== undefined && { heartbeatTimeout: { seconds: event.heartbeatS } }),
      });
    } catch (error) {
      return `nobody: ${(error as Error).name} ${(error as Error).message}`;
    }
  },
);

/** Branches that wait and answer side by side. */
export const branching = withDurableExecution(async (_event: unknown, context: DurableContext) => {
  const results = await context.parallel('branches', [
    async (branch) => branch.step('a', async () => 'a'),
    async (branch) => {
      await branch.wait({ seconds: 1 });
      return branch.step('b', async () => 'b');
    },
  ]);
  return results.getResults();
});

/** Is not wrapped: what AWS would refuse to run as durable. */
export const bare = async (): Promise<string> => 'hello';
