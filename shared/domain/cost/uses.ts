import { MEMORY_MB } from '../../contract/function-sizes.ts';
import type { CompiledCatalog, CompiledSystem } from '../catalog/compiled.ts';
import type { Use } from './bill.ts';
import { incidentUses } from './incident-uses.ts';
import { GB, HOURS, MINUTES, SECONDS, type Month } from './month.ts';
import { querySamples } from './query-samples.ts';
import type { SweepSize } from './sizes.ts';

/** A run of `collect` sweeps for a little more than its minute (functions/collect/collect.ts). */
export const COLLECT_RUN_S = 62;
/** A look of `escalate`: about a second for a handful of systems. */
export const ESCALATE_RUN_S = 1;
/** What Lambda writes about a run, and we. */
const LOG_BYTES_A_RUN = 800;
/** Lambda asks a queue with five long polls of 20 s at a time (Lambda developer guide). */
const QUEUE_POLLS = (SECONDS / 20) * 5;
const TABLE_GB = 0.01;
/** OTLP bodies are sent with gzip; so much is left of them. */
const GZIP_SHARE = 0.08;
/** DescribeAlarms gives a hundred a page. */
const ALARMS_A_PAGE = 100;

/**
 * All that a catalog uses in a month, item by item.
 *
 * @param sizes what a sweep of each system sends
 */
export function usesOf(
  catalog: CompiledCatalog,
  sizes: Readonly<Record<string, SweepSize>>,
  month: Month,
): Use[] {
  const systems = Object.values(catalog.systems);
  return [
    ...systems.flatMap((system) => {
      const size = sizes[system.system];
      if (size === undefined) throw new Error(`No size was given for the system ${system.system}.`);
      return [...standingUses(system, size), ...incidentUses(catalog, system, size, month)];
    }),
    ...sharedUses(systems),
  ];
}

/** What a system uses though nothing happens. */
function standingUses(system: CompiledSystem, size: SweepSize): Use[] {
  const sweeps = SECONDS / system.collection.everyS;
  const fast = system.rules.filter(({ everyS }) => everyS < 60).length;
  const samples = system.rules.reduce(
    (sum, { query, everyS }) => sum + samplesOf(query, system, size) * (SECONDS / everyS),
    0,
  );
  const otlpGb = (size.bytes * sweeps) / GB;
  const of = (item: Use['item'], quantity: number): Use => ({ item, system: system.system, quantity });
  return [
    of('otlpGb', otlpGb),
    of('promqlSamples', samples),
    of('alarms', system.rules.length - fast),
    of('fastAlarms', fast),
    of('dashboards', 1),
    // The lease of the sweeps is taken and given back once a minute.
    of('dynamoWrites', 2 * MINUTES),
    // The tail of the log, at every look.
    of('dynamoReads', MINUTES),
    of('cloudWatchRequests', Math.max(1, Math.ceil(system.rules.length / ALARMS_A_PAGE)) * MINUTES),
    ...(system.network === undefined ? [] : [of('natGb', otlpGb * GZIP_SHARE)]),
  ];
}

/** What one evaluation of a query scans in this system. */
export function samplesOf(query: string, { collection }: CompiledSystem, size: SweepSize): number {
  return querySamples(query, (metric) => size.series[metric] ?? size.otherSeries, collection.everyS);
}

/** The functions and what watches them: however many systems there are, but one `collect` a network. */
function sharedUses(systems: readonly CompiledSystem[]): Use[] {
  const networks = new Set(systems.map(({ network }) => networkKey(network)));
  const collects = networks.size;
  const gateways = [...networks].filter((key) => key !== 'none').length;
  const runs = (collects + 1) * MINUTES;
  const functions = collects + 3;
  return [
    { item: 'lambdaRequests', quantity: runs },
    { item: 'lambdaGbSeconds', quantity: collects * MINUTES * COLLECT_RUN_S * gbOf('collect') },
    { item: 'lambdaGbSeconds', quantity: MINUTES * ESCALATE_RUN_S * gbOf('escalate') },
    { item: 'schedules', quantity: runs },
    { item: 'logGb', quantity: (runs * LOG_BYTES_A_RUN) / GB },
    // Errors of every function, silence of the scheduled ones, three queues.
    { item: 'alarms', quantity: functions + collects + 1 + 3 },
    { item: 'dynamoReads', quantity: MINUTES },
    { item: 'dynamoGbMonths', quantity: TABLE_GB },
    { item: 'dynamoBackupGbMonths', quantity: TABLE_GB },
    { item: 'sqsRequests', quantity: QUEUE_POLLS },
    { item: 'kmsKeys', quantity: 1 },
    { item: 'natHours', quantity: gateways * HOURS },
  ];
}

function gbOf(room: keyof typeof MEMORY_MB): number {
  return MEMORY_MB[room] / 1024;
}

function networkKey(network: CompiledSystem['network']): string {
  if (network === undefined) return 'none';
  const { vpcId, subnetIds, securityGroupIds } = network;
  return JSON.stringify([vpcId, subnetIds.toSorted(), securityGroupIds.toSorted()]);
}
