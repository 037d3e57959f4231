import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withOperator } from '../../cli/operator.ts';
import { startLocal, type LocalRun } from '../../local/run.ts';
import { promqlReader } from '../../shared/adapters/cloudwatch/promql-reader.ts';
import { readCatalogFolder } from '../../shared/adapters/files/read-catalog.ts';
import { compileCatalog } from '../../shared/domain/catalog/compile.ts';
import type { CompiledCatalog } from '../../shared/domain/catalog/compiled.ts';
import { incidentStatus, type Incident } from '../../shared/domain/incident/state.ts';
import { until } from './a-shop.ts';
import { missingParts, startDatabases, type RealDatabases } from './real-databases.ts';

/** M1 and M2 with the exporters that everybody has: scraped, judged, and not believed when they are silent. */

const ORGANIZATION = `people:
  ana: {name: Ana, contacts: [{email: ana@example.com}]}
teams:
  data: {members: [ana]}
escalation:
  levels: [{notify: [data]}]
`;

const system = (exporters: RealDatabases['exporters']): string => `system: stack
environment: test
owner: data
collection: {keep: ["*"]}
services:
  node: {scrape: {targets: ["${exporters.node}"]}}
  redis: {scrape: {targets: ["${exporters.redis}"]}}
  postgres: {scrape: {targets: ["${exporters.postgres}"]}}
rules: [rules.yaml]
`;

const RULES = `groups:
  - name: databases
    rules:
      - alert: RedisDown
        expr: redis_up == 0
        labels: {severity: critical, service: redis}
        annotations: {summary: Redis does not answer its exporter}
      - alert: PostgresDown
        expr: pg_up == 0
        labels: {severity: critical, service: postgres}
        annotations: {summary: PostgreSQL does not answer its exporter}
      - alert: PostgresConnectionsHigh
        expr: sum by (job) (pg_stat_activity_count) / on (job) max by (job) (pg_settings_max_connections) > 0.8
        labels: {severity: high, service: postgres}
      - alert: HostMemoryLow
        expr: node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.0001
        labels: {severity: warning, service: node}
      - alert: HostDiskFull
        expr: node_filesystem_avail_bytes / node_filesystem_size_bytes < 0
        labels: {severity: warning, service: node}
`;

/** What the rules above read must be told by the real exporters, or they could not fire. */
const READ = [
  'redis_up',
  'pg_up',
  'pg_stat_activity_count',
  'pg_settings_max_connections',
  'node_memory_MemAvailable_bytes',
  'node_filesystem_avail_bytes',
];

/** The lines of an exposition that are samples. */
async function samplesOf(hostPort: string): Promise<string[]> {
  const text = await (await fetch(`http://${hostPort}/metrics`)).text();
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** Of the collector stat_statements, which came with postgres_exporter 0.13; Debian 12 has 0.11. */
const NEWER = new Set(['pg_stat_statements_calls_total', 'pg_stat_statements_seconds_total']);

function exampleCatalogs(): CompiledCatalog[] {
  const examples = join(import.meta.dirname, '../../examples');
  return readdirSync(examples)
    .filter((name) => name !== 'workload')
    .flatMap((name) => {
      const compiled = compileCatalog(readCatalogFolder(join(examples, name)));
      return compiled.ok ? [compiled.catalog] : [];
    });
}

const missing = missingParts();

describe.skipIf(missing.length > 0)(`real exporters (missing here: ${missing.join(', ') || 'none'})`, () => {
  let databases: RealDatabases;
  let run: LocalRun;
  let folder = '';
  const stateDir = () => join(folder, 'state');

  beforeAll(async () => {
    databases = await startDatabases();
    folder = mkdtempSync(join(tmpdir(), 'exporters-'));
    mkdirSync(join(folder, 'catalog/stack'), { recursive: true });
    writeFileSync(join(folder, 'catalog/organization.yaml'), ORGANIZATION);
    writeFileSync(join(folder, 'catalog/stack/homeostat.yaml'), system(databases.exporters));
    writeFileSync(join(folder, 'catalog/stack/rules.yaml'), RULES);
    run = await startLocal({ catalogDir: join(folder, 'catalog'), stateDir: stateDir() });
    await until('all three are scraped', async () => (await query('up == 1')).length === 3);
  }, 180_000);

  afterAll(async () => {
    await run.stop();
    await databases.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const query = (promql: string) =>
    promqlReader({
      endpoint: run.endpoint,
      region: run.cloud.region,
      credentials: { accessKeyId: 'owner', secretAccessKey: 'owner' },
    }).instant(promql);
  const state = () => withOperator({ state: stateDir() }, ({ incidents }) => incidents.load('stack'));
  const openAbout = async (service: string): Promise<Incident | undefined> =>
    Object.values((await state()).incidents).find(({ subject }) => subject.name === service);
  const resolvedAbout = async (service: string): Promise<number> =>
    (await state()).resolved.filter(({ subject }) => subject.name === service).length;
  const pagesAbout = (service: string) =>
    run.cloud.services.sns.outbox().filter(({ subject }) => subject?.includes(` ${service}: new`) === true);

  test('every sample of every exporter is read, and what cannot be sent is counted', async () => {
    for (const [job, hostPort] of Object.entries(databases.exporters)) {
      const told = async (metric: string) => (await query(`${metric}{job="${job}"}`))[0]?.value ?? NaN;
      // Until a sweep sees what we see: an exporter that was asked a few times has more to tell.
      await until(`as many samples of ${job} as it has`, async () => {
        const lines = await samplesOf(hostPort);
        const unsendable = lines.filter((line) => /\s(?:NaN|[+-]Inf)$/.test(line)).length;
        return (
          (await told('scrape_samples_scraped')) === lines.length &&
          (await told('homeostat_samples_dropped')) === unsendable
        );
      });
      expect(await query(`homeostat_scrape_error{job="${job}"}`)).toEqual([]);
    }
  }, 120_000);

  test('what the rules read is there, and healthy parts alert nobody', async () => {
    for (const metric of READ) expect((await query(metric)).length, metric).toBeGreaterThan(0);
    expect(await query('pg_up == 1 and redis_up == 1 or redis_up == 1')).toHaveLength(1);
    expect((await state()).incidents).toEqual({});
  });

  test('what the catalogs in examples/ read of these exporters exists under that name', async () => {
    const told = new Set(
      (await Promise.all(Object.values(databases.exporters).map(samplesOf)))
        .flat()
        .map((line) => /^[^{ ]+/.exec(line)?.[0]),
    );
    const read = exampleCatalogs().flatMap(({ systems }) =>
      Object.values(systems).flatMap(({ collection }) => collection.metrics),
    );
    const ofExporters = new Set(read.filter((metric) => /^(?:node|redis|pg)_/.test(metric)));
    expect(ofExporters.size).toBeGreaterThan(20);
    expect([...ofExporters].filter((metric) => !told.has(metric) && !NEWER.has(metric))).toEqual([]);
  });

  test.each(['redis', 'postgres'] as const)(
    '%s is stopped: it fires and a person is paged; it is back: it resolves with evidence',
    async (service) => {
      await databases[service].stop();
      await until(`an incident about ${service}`, async () => (await openAbout(service)) !== undefined);
      await until('a person is paged', () => pagesAbout(service).length > 0);
      await databases[service].start();
      await until('it is resolved', async () => (await resolvedAbout(service)) === 1);
    },
    240_000,
  );

  test('an exporter that vanishes while its database is down is no recovery', async () => {
    await databases.redis.stop();
    await until('an incident about redis', async () => (await openAbout('redis')) !== undefined);
    await databases.redisExporter.stop();
    await until('nothing is known of it', async () => {
      const incident = await openAbout('redis');
      return incident !== undefined && incidentStatus(incident) === 'unknown';
    });
    await databases.redis.start();
    await databases.redisExporter.start();
    await until('it is resolved', async () => (await resolvedAbout('redis')) === 2);
  }, 300_000);
});
