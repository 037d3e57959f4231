import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { synthesize } from '../../local/assembly.ts';
import type { Bench, Figure } from '../figure.ts';
import { startCommand } from '../local-command.ts';
import { aQuickStart } from '../quick-start.ts';
import { median } from '../statistics.ts';

const RUNS = 3;

/**
 * From the command line of `npm start` to a shop that answers: an empty state folder each time. The first
 * start on a machine has nothing compiled yet.
 */
export const ready: Bench = {
  name: 'ready',
  what: 'time until `npm start` has a shop that answers',
  run: async (tell) => {
    const first: number[] = [];
    const later: number[] = [];
    const synthesis: number[] = [];
    const bare: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      tell(`run ${String(run + 1)} of ${String(RUNS)}`);
      bare.push(await timed(bareNode));
      const times = await firstAndSecondStart();
      first.push(times.firstMs);
      later.push(times.secondMs);
      synthesis.push(times.synthesisMs);
    }
    const node = { what: 'a bare Node process', value: median(bare) / 1_000 };
    return [
      figure('ready, first start', first, node),
      figure('ready, later starts', later, {
        what: 'synthesizing the app alone',
        value: median(synthesis) / 1_000,
      }),
    ];
  },
};

function figure(what: string, timesMs: readonly number[], beside: Figure['beside']): Figure {
  return {
    what,
    value: median(timesMs) / 1_000,
    unit: 's',
    ...(beside === undefined ? {} : { beside }),
    mustHold: { limit: 10 },
  };
}

/** With a compile cache of their own: empty for the first, filled by it for what follows. */
async function firstAndSecondStart() {
  const quickStart = await aQuickStart({ workload: true });
  const cache = join(quickStart.stateDir, '..', 'compiled');
  try {
    const firstMs = await timed(() => startAndStop(quickStart, cache));
    const secondMs = await timed(() =>
      startAndStop({ ...quickStart, stateDir: `${quickStart.stateDir}-2` }, cache),
    );
    const outDir = join(quickStart.stateDir, '..', 'assembly');
    const synthesisMs = await timed(async () => {
      await synthesize({ catalogDir: quickStart.catalogDir, cadence: 'local' }, outDir);
      return () => Promise.resolve();
    });
    return { firstMs, secondMs, synthesisMs };
  } finally {
    quickStart.remove();
  }
}

async function startAndStop(quickStart: Parameters<typeof startCommand>[0], cache: string) {
  const cloud = await startCommand(quickStart, { NODE_COMPILE_CACHE: cache });
  await Promise.all(cloud.ports.map(answers));
  return cloud.stop;
}

/** Milliseconds that `work` takes; what it gives is done afterwards and not counted. */
async function timed(work: () => Promise<() => Promise<void>>): Promise<number> {
  const startMs = performance.now();
  const afterwards = await work();
  const tookMs = performance.now() - startMs;
  await afterwards();
  return tookMs;
}

async function bareNode(): Promise<() => Promise<void>> {
  await once(spawn(process.execPath, ['-e', '0']), 'exit');
  return () => Promise.resolve();
}

async function answers(port: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${String(port)}/health`).catch(() => undefined);
    if (answer?.ok === true) return;
    await setTimeout(20);
  }
}
