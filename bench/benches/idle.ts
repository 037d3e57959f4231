import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import type { Bench, Figure } from '../figure.ts';
import { startCommand } from '../local-command.ts';
import { commandOf, descendantsOf, processorMs, requireProc, residentMb } from '../processes.ts';
import { aQuickStart } from '../quick-start.ts';

/** Until every function has had its first run. */
const SETTLE_MS = 30_000;
const WATCH_MS = 120_000;
/** Memory is looked at so often; the highest sum counts. */
const LOOK_EVERY_MS = 5_000;

/** The quick start with its shop, which is well; the shop's own processes are not counted. */
export const idle: Bench = {
  name: 'idle',
  what: 'memory and processor time of everything but the workload, with nothing to do',
  run: async (tell) => {
    requireProc();
    const quickStart = await aQuickStart({ workload: true });
    const bare = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)']);
    const cloud = await startCommand(quickStart);
    try {
      tell('everything has its first run');
      await setTimeout(SETTLE_MS);
      tell(`watched for ${String(WATCH_MS / 1_000)} s`);
      return await watch(cloud.pid, bare.pid ?? 0);
    } finally {
      await cloud.stop();
      bare.kill();
      quickStart.remove();
    }
  },
};

async function watch(cloud: number, bare: number): Promise<Figure[]> {
  const startMs = performance.now();
  const before = look(cloud);
  const spentMs = new Map<number, number>();
  let cloudMb = 0;
  let functions: Group = { number: 0, mb: 0 };
  let runners: Group = { number: 0, mb: 0 };
  while (performance.now() - startMs < WATCH_MS) {
    await setTimeout(LOOK_EVERY_MS);
    const now = look(cloud);
    // A process that was started meanwhile has spent all its time meanwhile.
    for (const [pid, ms] of now.processorMs) spentMs.set(pid, ms - (before.processorMs.get(pid) ?? 0));
    cloudMb = Math.max(cloudMb, residentMb(cloud));
    functions = larger(functions, now.functions);
    runners = larger(runners, now.runners);
  }
  const tookMs = performance.now() - startMs;
  const all = [...spentMs.values()].reduce((sum, ms) => sum + ms, 0) / tookMs;
  const ofCloud = (spentMs.get(cloud) ?? 0) / tookMs;
  const bareMb = residentMb(bare);
  return [
    { what: 'idle, all processes', value: 100 * all, unit: '% of a core', mustHold: { limit: 10 } },
    { what: 'idle, the cloud', value: 100 * ofCloud, unit: '% of a core' },
    { what: 'idle, functions and watchers of tasks', value: 100 * (all - ofCloud), unit: '% of a core' },
    {
      what: 'memory of the cloud',
      value: cloudMb,
      unit: 'MB',
      beside: { what: 'an idle Node process', value: bareMb },
    },
    memoryOf('function processes', functions, bareMb),
    memoryOf('watchers of tasks', runners, bareMb),
  ];
}

/** Processes of one kind, and what they have resident together. */
interface Group {
  readonly number: number;
  readonly mb: number;
}

function larger(one: Group, other: Group): Group {
  return { number: Math.max(one.number, other.number), mb: Math.max(one.mb, other.mb) };
}

function memoryOf(what: string, { number, mb }: Group, bareMb: number): Figure {
  return {
    what: `memory of ${String(number)} ${what}`,
    value: mb,
    unit: 'MB',
    beside: { what: 'as many idle Node processes', value: number * bareMb },
  };
}

/** The cloud, its functions and what watches the tasks now; the tasks themselves are the workload. */
function look(cloud: number) {
  const all = descendantsOf(cloud);
  const running = (program: string): number[] => all.filter((pid) => commandOf(pid).includes(program));
  const [functions, runners] = [running('lambda/bootstrap.mjs'), running('ecs/task-runner.mjs')];
  const groupOf = (pids: readonly number[]): Group => ({
    number: pids.length,
    mb: pids.reduce((sum, pid) => sum + residentMb(pid), 0),
  });
  return {
    processorMs: new Map([cloud, ...functions, ...runners].map((pid) => [pid, processorMs(pid)])),
    functions: groupOf(functions),
    runners: groupOf(runners),
  };
}
