import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { injectFault } from '../../cli/fault/service-fault.ts';
import { withOperator } from '../../cli/operator.ts';
import type { LocalRun, LocalRunOptions } from '../../local/run.ts';
import { startLocal } from '../../local/run.ts';
import type { OutboxMessage } from '../../local/sns/outbox.ts';
import { copyWithOwnPorts } from '../../local/workload/private-copy.ts';
import { promqlReader } from '../../shared/adapters/cloudwatch/promql-reader.ts';
import type { IncidentEvent } from '../../shared/domain/incident/events.ts';
import type { SystemState } from '../../shared/domain/incident/state.ts';
import type { StoredCommit } from '../../shared/ports/incident-log.ts';

const QUICKSTART = resolve(import.meta.dirname, '../../examples/quickstart');
const SYSTEM = 'shop';

/** The quick start, running for real in a folder of its own, and hands to break and to look. */
export interface Shop {
  readonly run: LocalRun;
  readonly catalogDir: string;
  readonly stateDir: string;
  readonly fault: (service: string, fault: 'crash' | 'hang' | 'errors' | 'slow' | 'none') => Promise<void>;
  readonly state: () => Promise<SystemState>;
  readonly commits: () => Promise<readonly StoredCommit[]>;
  readonly events: () => Promise<readonly IncidentEvent[]>;
  readonly outbox: () => readonly OutboxMessage[];
  /** What PromQL gives now. */
  readonly query: (
    promql: string,
  ) => Promise<readonly { labels: Readonly<Record<string, string>>; value: number }[]>;
  readonly stop: () => Promise<void>;
}

/** A folder with a copy of the quick start on free ports; `edit` changes its files on the way. */
export async function aShopFolder(
  edit?: (text: string, file: string) => string,
): Promise<{ folder: string; catalogDir: string; stateDir: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'homeostat-e2e-'));
  const catalogDir = join(folder, 'catalog');
  await copyWithOwnPorts(QUICKSTART, catalogDir, edit);
  return { folder, catalogDir, stateDir: join(folder, 'state') };
}

/** Starts the quick start and waits until everything in it is seen to be well. */
export async function startShop(
  edit?: (text: string, file: string) => string,
  cloud: NonNullable<LocalRunOptions['cloud']> = {},
): Promise<Shop> {
  const { folder, catalogDir, stateDir } = await aShopFolder(edit);
  const run = await startLocal({ catalogDir, stateDir, cloud });
  const commits = () =>
    withOperator({ state: stateDir }, async ({ incidents }) =>
      incidents.read(SYSTEM, 1, (await incidents.load(SYSTEM)).seq),
    );
  const series = promqlReader({
    endpoint: run.endpoint,
    region: run.cloud.region,
    credentials: { accessKeyId: 'owner', secretAccessKey: 'owner' },
  });
  const shop: Shop = {
    run,
    catalogDir,
    stateDir,
    fault: async (service, fault) => {
      await injectFault(run.announced, service, fault);
    },
    state: () => withOperator({ state: stateDir }, ({ incidents }) => incidents.load(SYSTEM)),
    commits,
    events: async () => (await commits()).flatMap(({ events }) => events),
    outbox: () => run.cloud.services.sns.outbox(),
    query: (promql) => series.instant(promql),
    stop: async () => {
      await run.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await until(
    'the shop is healthy',
    async () =>
      (await shop.query('probe_success == 1')).length >= 2 &&
      (await shop.query('rate(http_requests_total[30s]) > 0')).length > 0,
  );
  return shop;
}

/** Looks again and again until it is so; an error that says what did not happen otherwise. */
export async function until(
  what: string,
  isSo: () => Promise<boolean> | boolean,
  patienceMs = 120_000,
): Promise<void> {
  const untilMs = Date.now() + patienceMs;
  while (Date.now() < untilMs) {
    if (await isSo()) return;
    await setTimeout(100);
  }
  throw new Error(`Not within ${String(patienceMs / 1000)} s: ${what}`);
}

/** Pages that the log ordered and that are not in the outbox. */
export async function lostPages(shop: Pick<Shop, 'events' | 'outbox'>): Promise<string[]> {
  const sent = new Set(shop.outbox().map(({ attributes }) => attributes['page']));
  return (await shop.events()).flatMap((event) =>
    event.type === 'paged' && !sent.has(event.page.id) ? [`${event.page.id} to ${event.page.to}`] : [],
  );
}
