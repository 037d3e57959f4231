import { createLambdaBench } from './lambda-bench.ts';

// A cloud that the test kills: it starts one busy and one idle function and prints their process ids.
const bench = createLambdaBench();
const source = `export const handler = async (event) => {
  console.log('begun');
  await new Promise((resolve) => setTimeout(resolve, event.ms));
};`;
await bench.deployFunction('busy', source);
await bench.deployFunction('idle', source);
await bench.lambda.start?.();
await bench.lambda.invoke({ functionName: 'idle', payload: '{"ms":0}' });
void bench.lambda.invoke({ functionName: 'busy', payload: '{"ms":60000}' });
const timer = setInterval(() => {
  if (bench.lines.filter((line) => line === 'begun').length < 2) return;
  clearInterval(timer);
  const pids = bench.lambda.processes().map(({ pid }) => pid);
  process.stdout.write(`${JSON.stringify({ dir: bench.dir, pids })}\n`);
}, 10);
