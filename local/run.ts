import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readCatalogFolder } from '../shared/adapters/files/read-catalog.ts';
import { LOCAL_CADENCE } from '../shared/contract/cadence.ts';
import { compileCatalog } from '../shared/domain/catalog/compile.ts';
import type { CompiledCatalog } from '../shared/domain/catalog/compiled.ts';
import { formatProblem } from '../shared/domain/catalog/problem.ts';
import { synthesize } from './assembly.ts';
import { removeCloudFile, writeCloudFile } from './cloud-file.ts';
import type { CloudFile } from './cloud-file.ts';
import type { Cloud, CloudOptions } from './cloud.ts';
import type { ServiceDefinition } from './ecs/records.ts';
import { prepareStateDir } from './state-dir.ts';
import { loadWorkload } from './workload/definition.ts';

export interface LocalRunOptions {
  readonly catalogDir: string;
  /** Made if it is not there; must be empty or ours. */
  readonly stateDir: string;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Forget all earlier state. */
  readonly fresh?: boolean;
  /** AWS' own delays and the catalog's own intervals in place of a laptop's. */
  readonly cloudLike?: boolean;
  /** Really call the catalog's web hooks outside this machine, instead of writing them to the outbox. */
  readonly webHooks?: boolean;
  /** For tests: where the cloud itself is to differ. */
  readonly cloud?: Pick<CloudOptions, 'rights' | 'lambda'>;
  /** Gives up while starting; a run that has started is ended with `stop`. */
  readonly signal?: AbortSignal;
  /** Is told each step before it begins. */
  readonly onStep?: (step: string) => void;
}

export interface LocalRun {
  readonly cloud: Cloud;
  readonly endpoint: string;
  readonly catalog: CompiledCatalog;
  /** The services of `workload.yaml`; none without that file. */
  readonly services: readonly ServiceDefinition[];
  /** What the other commands read to find this cloud. */
  readonly announced: CloudFile;
  /** Ends the cloud and everything that it started. May be called twice. */
  readonly stop: () => Promise<void>;
}

/**
 * Runs a catalog on this machine: compiles it, synthesizes the app, starts the embedded cloud and the
 * services of `workload.yaml`, and announces the cloud in `cloud.json`.
 *
 * @throws Error that lists what is wrong with the catalog, the workload or the app, or says that the state
 * folder or a port is taken. Nothing is left running then.
 */
export async function startLocal(options: LocalRunOptions): Promise<LocalRun> {
  const { signal, onStep = () => undefined, cloudLike = false, webHooks = false } = options;
  const catalogDir = resolve(options.catalogDir);
  const stateDir = resolve(options.stateDir);
  const faultsDir = join(stateDir, 'faults');
  onStep('reading the catalog');
  const catalog = loadCatalog(catalogDir, cloudLike);
  const services = servicesOf(catalogDir, faultsDir);
  prepareStateDir(stateDir, options.fresh === true);
  onStep('synthesizing the CDK app');
  const assemblyDir = join(stateDir, 'assembly');
  rmSync(assemblyDir, { recursive: true, force: true });
  // The cloud's modules are loaded while the other process synthesizes.
  const [{ startCloud }] = await Promise.all([
    import('./cloud.ts'),
    synthesize({ catalogDir, cadence: cloudLike ? 'cloud' : 'local' }, assemblyDir, signal),
  ]);
  onStep('deploying to the embedded cloud');
  const port = options.port ?? 0;
  const settings = { assemblyDir, stateDir, port, cloudLike, webHooks };
  const cloud = await startCloud({ ...options.cloud, ...settings, ecsServices: services });
  const stop = async () => {
    removeCloudFile(stateDir);
    await cloud.stop();
  };
  try {
    signal?.throwIfAborted();
    const { endpoint, region } = cloud;
    const outbox = join(stateDir, 'outbox.jsonl');
    const announced = { endpoint, region, pid: process.pid, catalogDir, cloudLike, outbox, faultsDir };
    writeCloudFile(stateDir, announced);
    return { cloud, endpoint, catalog, services, announced, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function loadCatalog(catalogDir: string, cloudLike: boolean): CompiledCatalog {
  const compiled = compileCatalog(readCatalogFolder(catalogDir), cloudLike ? {} : LOCAL_CADENCE);
  if (compiled.ok) return compiled.catalog;
  const lines = compiled.problems.map((problem) =>
    formatProblem({ ...problem, file: join(catalogDir, problem.file) }),
  );
  throw new Error(`The catalog cannot be used:\n${lines.join('\n')}`);
}

function servicesOf(catalogDir: string, faultsDir: string): ServiceDefinition[] {
  const file = join(catalogDir, 'workload.yaml');
  return existsSync(file) ? [...loadWorkload(file, { FAULTS_DIR: faultsDir }).services] : [];
}
