import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startLocal } from '../../local/run.ts';
import type { LocalRun } from '../../local/run.ts';
import { copyWithOwnPorts } from '../../local/workload/private-copy.ts';
import { promqlReader } from '../../shared/adapters/cloudwatch/promql-reader.ts';
import type { StoryLine } from '../../shared/domain/incident/explain.ts';
import { storyOf } from '../../shared/domain/incident/explain.ts';
import { injectFault } from '../fault/service-fault.ts';
import { acknowledge } from '../operate.ts';
import { withOperator } from '../operator.ts';
import { PROJECT_DIR } from '../running-cloud.ts';
import type { DemoFault, DemoReport, Observed } from './story.ts';
import { reportOf } from './story.ts';

/** The service that is broken: others do not depend on it, so the story has one incident. */
const VICTIM = 'checkout';
const SYSTEM = 'shop';
/** Promised: the whole story in under two minutes. */
const PATIENCE_MS = 118_000;
const LOOK_EVERY_MS = 500;
/** After the acknowledgement nobody may be paged for this long before the fault is mended by hand. */
const QUIET_MS = 6_000;

export interface DemoOptions {
  readonly fault: DemoFault;
  /** Is told each step, and each event of the incident as it happens. */
  readonly tell: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Plays the whole story in a cloud of its own, in a folder that is deleted at the end. */
export async function playDemo({ fault, tell, signal }: DemoOptions): Promise<DemoReport> {
  const startedMs = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'homeostat-demo-'));
  const [catalogDir, stateDir] = [join(folder, 'catalog'), join(folder, 'state')];
  // `npm start` may be running beside it, on the ports of the example.
  await copyWithOwnPorts(join(PROJECT_DIR, 'examples/quickstart'), catalogDir);
  const run = await startLocal({
    catalogDir,
    stateDir,
    onStep: tell,
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    const stage: Stage = { run, stateDir, tell, untilMs: startedMs + PATIENCE_MS, signal };
    tell('waiting until all services are seen to be healthy');
    await until(stage, () => isHealthy(run));
    const injectedAtMs = Date.now();
    await injectFault(run.announced, VICTIM, fault);
    tell(`${VICTIM}: ${fault}`);
    return reportOf(await watch(stage, fault, injectedAtMs));
  } finally {
    tell('stopping');
    await run.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Stage {
  readonly run: LocalRun;
  readonly stateDir: string;
  readonly tell: (line: string) => void;
  readonly untilMs: number;
  readonly signal: AbortSignal | undefined;
}

async function watch(stage: Stage, fault: DemoFault, injectedAtMs: number): Promise<Observed> {
  let observed: Observed = { fault, injectedAtMs, incident: undefined, story: [], outbox: [] };
  const look = async (): Promise<Observed> => {
    const { incident, story } = await readStory(stage);
    for (const { atMs, what, why } of story.slice(observed.story.length)) {
      stage.tell(
        `+${((atMs - injectedAtMs) / 1000).toFixed(1).padStart(5)} s  ${what}${why === '' ? '' : `  [${why}]`}`,
      );
    }
    observed = { ...observed, incident, story, outbox: stage.run.cloud.services.sns.outbox() };
    return observed;
  };
  if (fault === 'slow') await helpByHand(stage, look);
  await until(stage, async () =>
    (await look()).story.some(({ event }) => event.type === 'incident-resolved'),
  );
  return observed;
}

/** Nothing is configured against slowness: a person acknowledges, is left in peace, and mends it. */
async function helpByHand(stage: Stage, look: () => Promise<Observed>): Promise<void> {
  const isPaged = await until(stage, async () => reportOf(await look()).pagedAfterS !== null);
  if (!isPaged) return;
  const { incident = '' } = await look();
  await acknowledge({ state: stage.stateDir }, incident, 'ana');
  const before = reportOf(await look()).pages.length;
  await until(
    { ...stage, untilMs: Math.min(stage.untilMs, Date.now() + QUIET_MS) },
    async () => reportOf(await look()).pages.length > before,
  );
  stage.tell('ana mends it');
  await injectFault(stage.run.announced, VICTIM, 'none');
}

/** The first incident of the demo's system, and its story so far. */
function readStory({
  stateDir,
}: Stage): Promise<{ incident: string | undefined; story: readonly StoryLine[] }> {
  return withOperator({ state: stateDir }, async ({ incidents }) => {
    const state = await incidents.load(SYSTEM);
    const incident = state.seq === 0 ? undefined : `${SYSTEM}-1`;
    return {
      incident,
      story: incident === undefined ? [] : storyOf(incident, await incidents.read(SYSTEM, 1, state.seq)),
    };
  });
}

/** Every service is scraped and well, and requests flow. */
async function isHealthy({ endpoint, cloud, services, catalog }: LocalRun): Promise<boolean> {
  const credentials = { accessKeyId: 'owner', secretAccessKey: 'owner' };
  const series = promqlReader({ endpoint, region: cloud.region, credentials });
  const watched = Object.values(catalog.systems)
    .flatMap((system) => Object.values(system.services))
    .filter(({ health }) => health !== undefined);
  const [well, flowing] = await Promise.all([
    series.instant('probe_success == 1'),
    series.instant('rate(http_requests_total[30s]) > 0'),
  ]);
  return services.length > 0 && well.length >= watched.length && flowing.length > 0;
}

/** Looks again and again until it is so; false if time ran out first. */
async function until(
  { untilMs, signal }: Pick<Stage, 'untilMs' | 'signal'>,
  isSo: () => Promise<boolean>,
): Promise<boolean> {
  while (Date.now() < untilMs) {
    signal?.throwIfAborted();
    if (await isSo()) return true;
    await setTimeout(LOOK_EVERY_MS);
  }
  return false;
}
