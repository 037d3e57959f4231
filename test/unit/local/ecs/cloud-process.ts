// A cloud with one ECS service, in a process of its own, for the test that kills it: `node cloud-process.ts PORT`.
// Prints the process id of the task and of what the task started.
import { createEcs } from '../../../../local/ecs/ecs.ts';
import { realClock } from '../../../../local/kernel/real-clock.ts';
import { createFakeKernel } from '../../../fakes/fake-kernel.ts';

const ecs = createEcs({ ...createFakeKernel(), clock: realClock() });
await ecs.defineService({
  cluster: 'shop',
  service: 'checkout',
  command: [process.execPath, 'task-process.mjs'],
  cwd: import.meta.dirname,
  environment: { PIDS_TO: process.argv[3] ?? '' },
  port: Number(process.argv[2]),
  desiredCount: 1,
});
await ecs.start?.();
