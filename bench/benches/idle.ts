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
  let functionsMb = 0;
  let processes = 0;
  while (performance.now() - startMs < WATCH_MS) {
    await setTimeout(LOOK_EVERY_MS);
    const now = look(cloud);
    // A process that was started meanwhile has spent all its time meanwhile.
    for (const [pid, ms] of now.processorMs) spentMs.set(pid, ms - (before.processorMs.get(pid) ?? 0));
    cloudMb = Math.max(cloudMb, residentMb(cloud));
    functionsMb = Math.max(functionsMb, now.functionsMb);
    processes = Math.max(processes, now.processorMs.size - 1);
  }
  const tookMs = performance.now() - startMs;
  const all = [...spentMs.values()].reduce((sum, ms) => sum + ms, 0) / tookMs;
  const ofCloud = (spentMs.get(cloud) ?? 0) / tookMs;
  const bareMb = residentMb(bare);
  return [
    { what: 'idle, all processes', value: 100 * all, unit: '% of a core', mustHold: { limit: 10 } },
    { what: 'idle, the cloud', value: 100 * ofCloud, unit: '% of a core' },
    { what: 'idle, the functions', value: 100 * (all - ofCloud), unit: '% of a core' },
    {
      what: 'memory of the cloud',
      value: cloudMb,
      unit: 'MB',
      beside: { what: 'an idle Node process', value: bareMb },
    },
    {
      what: `memory of ${String(processes)} function processes`,
      value: functionsMb,
      unit: 'MB',
      beside: { what: 'as many idle Node processes', value: processes * bareMb },
    },
  ];
}

/** Not a process of the workload. */
function isFunction(pid: number): boolean {
  return commandOf(pid).includes('lambda/bootstrap.mjs');
}

/** The cloud and its functions now. */
function look(cloud: number) {
  const functions = descendantsOf(cloud).filter(isFunction);
  return {
    processorMs: new Map([cloud, ...functions].map((pid) => [pid, processorMs(pid)])),
    functionsMb: functions.reduce((sum, pid) => sum + residentMb(pid), 0),
  };
}
