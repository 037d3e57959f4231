import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryStore } from '../../shared/promql/storage/memory-store.ts';
import { startPrometheus, type Prometheus } from '../../test/contract/promql/prometheus.ts';
import { fleet, type FleetSize } from './fleet.ts';

/** The same samples in our store and in a Prometheus that may use one core. */
export interface BothStores {
  readonly store: MemoryStore;
  readonly prometheus: Prometheus;
  /** Samples and labels of the series not counted. */
  readonly bytesPerSample: { readonly ours: number; readonly its: number };
}

export async function bothStores(size: FleetSize): Promise<BothStores> {
  const store = new MemoryStore();
  let bytes = 0;
  for (const { labels, timesMs, values } of fleet(size)) {
    const series = store.seriesOf(labels);
    for (let at = 0; at < timesMs.length; at++)
      series.put(timesMs[at] ?? Number.NaN, values[at] ?? Number.NaN);
    bytes += series.samples.sizeBytes;
  }
  const prometheus = await startPrometheus(fleet(size), { env: { GOMAXPROCS: '1' } });
  return {
    store,
    prometheus,
    bytesPerSample: {
      ours: bytes / (size.series * size.samples),
      its: bytesPerSampleOf(prometheus.dataFolder),
    },
  };
}

/** Of the chunks of all blocks. */
function bytesPerSampleOf(folder: string): number {
  let bytes = 0;
  let samples = 0;
  for (const block of readdirSync(folder)) {
    const chunks = join(folder, block, 'chunks');
    if (!isFolder(chunks)) continue;
    for (const file of readdirSync(chunks)) bytes += statSync(join(chunks, file)).size;
    const meta = JSON.parse(readFileSync(join(folder, block, 'meta.json'), 'utf8')) as {
      readonly stats: { readonly numSamples: number };
    };
    samples += meta.stats.numSamples;
  }
  return bytes / samples;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
