import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCatalogFolder } from '../../../../../shared/adapters/files/read-catalog.ts';
import { compileCatalog } from '../../../../../shared/domain/catalog/compile.ts';
import { neededMetrics } from '../../../../../shared/domain/catalog/needed-metrics.ts';
import { wantedMetrics } from '../../../../../shared/domain/collection/wanted-metrics.ts';
import { systemDashboard } from '../../../../../shared/domain/dashboard/dashboard.ts';
import { parse } from '../../../../../shared/promql/parse.ts';
import { reads } from '../../../../../shared/promql/rewrite.ts';
import { aRule, aService, aSystem } from '../../../../builders/catalog.ts';
import { compiled, rulesFile } from './catalog-folder.ts';

const EXAMPLES = new URL('../../../../../examples', import.meta.url).pathname;
const OF_OURS = /^(?:up$|probe_|scrape_|homeostat_)/;

/** Every query anywhere in a value, however deep. */
function queriesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(queriesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'query' && typeof inner === 'string' ? [inner] : queriesIn(inner),
  );
}

const systems = readdirSync(EXAMPLES)
  .filter((name) => name !== 'workload')
  .flatMap((name) => {
    const result = compileCatalog(readCatalogFolder(`${EXAMPLES}/${name}`));
    return result.ok ? Object.values(result.catalog.systems) : [];
  });

test.each(systems)('$system: whatever a rule or a chart reads is sent', (system) => {
  const isWanted = wantedMetrics(system.collection.metrics);
  const place = { region: 'r', alarmArnBase: 'a', selfAlarms: [], mostChars: Infinity };
  const queries = queriesIn([system.rules, systemDashboard(system, place)]);
  const unread = queries.flatMap((query) => {
    const parsed = parse(query);
    if (!parsed.ok) throw new Error(query);
    return reads(parsed.expr).filter(({ metric = '' }) => !OF_OURS.test(metric) && !isWanted(metric));
  });
  expect(unread).toEqual([]);
  expect(queries.length).toBeGreaterThan(system.rules.length);
});

test('of a recording, what it is made of; the name that it records stands in no series', () => {
  const rules = rulesFile(
    'record: job:errors\nexpr: sum by (job) (rate(errors_total[5m]))',
    'alert: A\nexpr: job:errors > 1\nlabels: {severity: info}',
  );
  const { metrics } = compiled({ 'shop/rules.yaml': rules }).systems['shop']?.collection ?? { metrics: [] };
  expect(metrics).toContain('errors_total');
  expect(metrics).not.toContain('job:errors');
});

test('the dashboard’s own metrics, what its owner keeps, and when processes began', () => {
  const system = aSystem({
    services: { web: aService('web') },
    rules: [aRule({ query: 'lag > 1', reads: [{ metric: 'lag', absent: false }] })],
    dashboard: ['orders_total'],
  });
  expect(neededMetrics(system, ['node_*'])).toEqual(
    expect.arrayContaining(['lag', 'node_*', 'orders_total', 'process_start_time_seconds']),
  );
  expect(neededMetrics(system, [])).not.toContain('node_*');
});

test.each([
  [['a', 'b_*'], 'a', true],
  [['a', 'b_*'], 'ab', false],
  [['a', 'b_*'], 'b_c', true],
  [['a', 'b_*'], 'b', false],
  [['*'], 'anything', true],
  [[], 'a', false],
])('of %j, %s: %s', (wanted, metric, isWanted) => {
  expect(wantedMetrics(wanted)(metric)).toBe(isWanted);
});
