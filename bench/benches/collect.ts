import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { atMost } from '../../functions/collect/at-most.ts';
import { SystemMemory } from '../../functions/collect/memory.ts';
import { sweepSystem } from '../../functions/collect/sweep-system.ts';
import { otlpSender } from '../../shared/adapters/cloudwatch/otlp-sender.ts';
import { readCatalogFolder } from '../../shared/adapters/files/read-catalog.ts';
import { boundedGet } from '../../shared/adapters/http/bounded-get.ts';
import { compileCatalog } from '../../shared/domain/catalog/compile.ts';
import type { CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
import { EVERY_METRIC } from '../../shared/domain/collection/wanted-metrics.ts';
import { systemClock } from '../../shared/runtime/system-clock.ts';
import { exposition, SERIES } from '../collect/exposition.ts';
import type { Bench } from '../figure.ts';
import { PROJECT } from '../quick-start.ts';
import { silentLog } from '../silent-log.ts';
import { median, pairedRatio } from '../statistics.ts';

const ROUNDS = 12;

/**
 * Whole sweeps of one target, by processor time: it serves and takes in a process of its own. The reference
 * is `JSON.parse` of the same series as a JSON document of about the same size.
 */
export const collect: Bench = {
  name: 'collect',
  what: 'scrape, parse, encode and send, in MB/s and series/s of one core',
  run: async (tell) => {
    const text = exposition();
    const json = asJson(text);
    const target = await startTarget();
    try {
      const sweep = aSweep(target.port);
      const sweepMb: number[] = [];
      const parseMb: number[] = [];
      for (let round = 0; round <= ROUNDS; round += 1) {
        const spent = [
          await spentS(sweep),
          await spentS(() => Promise.resolve(void JSON.parse(json))),
        ] as const;
        // The first round compiles.
        if (round === 0) continue;
        sweepMb.push(text.length / 1e6 / spent[0]);
        parseMb.push(json.length / 1e6 / spent[1]);
      }
      tell(`${String(SERIES)} series, ${(text.length / 1e6).toFixed(1)} MB`);
      const rate = median(sweepMb);
      const ratio = pairedRatio(sweepMb, parseMb);
      return [
        {
          what: 'collect, bytes scraped and sent on',
          value: rate,
          unit: 'MB/s',
          beside: { what: 'JSON.parse of as much', value: median(parseMb), ratio },
        },
        { what: 'collect, series', value: (rate * 1e6 * SERIES) / text.length, unit: '/s' },
      ];
    } finally {
      target.stop();
    }
  },
};

/** One sweep over a system of one target, with the real adapters. */
function aSweep(port: number): () => Promise<void> {
  const place = `http://127.0.0.1:${String(port)}`;
  const system = systemOf(`${place}/metrics`);
  const watch = { system, memory: new SystemMemory(Date.now(), [EVERY_METRIC]) };
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const deps = {
    clock: systemClock,
    get: boundedGet(),
    fleet: { tasks: () => Promise.resolve([]) },
    names: { resolve: () => Promise.resolve([]) },
    series: otlpSender({ region: 'us-east-1', endpoint: place, credentials }, silentLog),
    log: silentLog,
    limit: atMost(50),
  };
  return () => sweepSystem(deps, watch);
}

function systemOf(url: string): CompiledSystem {
  const compiled = compileCatalog(readCatalogFolder(join(PROJECT, 'examples/quickstart')));
  const shop = compiled.ok ? compiled.catalog.systems['shop'] : undefined;
  if (shop === undefined)
    throw new Error('The quick start does not compile: npx homeostat validate examples/quickstart');
  const { inventory } = shop.services;
  if (inventory === undefined) throw new Error('The quick start has lost its service inventory.');
  const { health: _, ...service } = { ...inventory, scrape: { kind: 'static' as const, urls: [url] } };
  return { ...shop, services: { inventory: service } };
}

/** Processor seconds of this process that `work` takes. */
async function spentS(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function asJson(text: string): string {
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return JSON.stringify(
    samples.map((line) => ({
      series: line.slice(0, line.lastIndexOf(' ')),
      value: Number(line.slice(line.lastIndexOf(' '))),
    })),
  );
}

async function startTarget(): Promise<{ readonly port: number; readonly stop: () => void }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../collect/target.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) return { port: Number(line), stop: () => child.kill() };
  throw new Error('The target of the bench ended before it served.');
}
