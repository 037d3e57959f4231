import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, Figure } from '../figure.ts';
import { bundlesIn } from '../init/bundles.ts';
import type { Bundles } from '../init/bundles.ts';
import { openColdStarts } from '../init/cold-start.ts';
import { median, pairedRatio } from '../statistics.ts';

const ROUNDS = 25;

/**
 * Every function, a handler with the bare SDK clients of its bundle, and an empty handler, one after the
 * other and again: from the start of the process until it asks for its first event.
 */
export const init: Bench = {
  name: 'init',
  what: 'bundle size and init time of every function, beside its bare SDK clients',
  run: async (tell) => {
    const folder = mkdtempSync(join(tmpdir(), 'homeostat-bench-'));
    const coldStarts = await openColdStarts();
    try {
      const bundles = bundlesIn(folder);
      const timesMs = new Map(bundles.handlers.map((dir) => [dir, [] as number[]]));
      for (let round = 0; round <= ROUNDS; round += 1) {
        if (round % 5 === 0) tell(`round ${String(round)} of ${String(ROUNDS)}`);
        for (const dir of bundles.handlers) {
          const ms = await coldStarts.time(dir);
          // The first round brings the files into memory.
          if (round > 0) timesMs.get(dir)?.push(ms);
        }
      }
      return figuresOf(bundles, (dir) => timesMs.get(dir) ?? []);
    } finally {
      await coldStarts.close();
      rmSync(folder, { recursive: true });
    }
  },
};

function figuresOf({ functions, empty }: Bundles, timesOf: (dir: string) => readonly number[]): Figure[] {
  const ofEmpty = timesOf(empty);
  const nothing: Figure = { what: 'init of an empty handler', value: median(ofEmpty), unit: 'ms' };
  const each = functions.flatMap(({ room, dir, kb, bare }): Figure[] => {
    const times = timesOf(dir);
    const references = timesOf(bare.dir);
    const loading = times.map((ms, at) => ms - (ofEmpty[at] ?? 0));
    const loadingBare = references.map((ms, at) => ms - (ofEmpty[at] ?? 0));
    return [
      {
        what: `init of ${room}`,
        value: median(times),
        unit: 'ms',
        beside: {
          what: `bare ${bare.clients.join(', ')}`,
          value: median(references),
          ratio: pairedRatio(times, references),
        },
        mustHold: { limit: 1.3, ofRatio: true },
      },
      {
        what: `init of ${room}, without Node's own start`,
        value: median(loading),
        unit: 'ms',
        beside: { what: 'the same clients', value: median(loadingBare) },
      },
      {
        what: `bundle of ${room}`,
        value: kb,
        unit: 'kB',
        beside: { what: 'the same clients', value: bare.kb },
      },
    ];
  });
  return [nothing, ...each];
}
