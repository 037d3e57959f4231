import { MEMORY_MB } from '../../contract/function-sizes.ts';
import type { CompiledCatalog } from '../catalog/compiled.ts';
import { billOf, type Bill } from './bill.ts';
import { GB, IDLE, SECONDS, type Month } from './month.ts';
import { PRICES } from './prices.ts';
import { rivalsOf, samplesAMonth, type Rival } from './rivals.ts';
import type { SweepSize } from './sizes.ts';
import { COLLECT_RUN_S, ESCALATE_RUN_S, usesOf } from './uses.ts';
import { ALARM_EVENTS, COMMITS, DURABLE_OPERATIONS, NOTICES } from './incident-uses.ts';

/** What is sent of a system's series in a month, beside sending everything that its targets tell. */
export interface CollectionCost {
  readonly sent: Sent;
  readonly everything: Sent;
}

export interface Sent {
  readonly pointsASweep: number;
  readonly bytesADay: number;
  readonly usdAMonth: number;
}

export interface CostStatement {
  readonly catalog: string;
  readonly region: 'us-east-1';
  readonly sizes: Readonly<Record<string, SweepSize & { readonly everyS: number }>>;
  /** By system: what collecting by need saves. */
  readonly collection: Readonly<Record<string, CollectionCost>>;
  readonly idle: Bill;
  readonly busy: Bill;
  readonly busyMonth: Month;
  readonly rivals: readonly Rival[];
  readonly assumptions: readonly string[];
}

/** What list prices and manuals do not settle, and how it is counted here. */
export const ASSUMPTIONS: readonly string[] = [
  'AWS does not say whether a GB over OTLP is counted as it is sent. We count the JSON before compression, which is the most it can be.',
  'A PromQL alarm is charged as a standard alarm, and for the samples that each evaluation scans (AWS HealthOmics user guide, "Billing" of run metrics). One that is evaluated more than once a minute is counted at the price of high resolution.',
  'A scan counts one sample for each series, and for a range all samples in it; every series of a metric is counted, whatever the matchers.',
  `collect runs ${String(COLLECT_RUN_S)} s of every minute at ${String(MEMORY_MB.collect)} MB, once for each network; escalate ${String(ESCALATE_RUN_S)} s at ${String(MEMORY_MB.escalate)} MB.`,
  `An incident has ${String(ALARM_EVENTS)} alarm events, ${String(COMMITS)} commits and ${String(NOTICES)} notices; a recovery ${String(DURABLE_OPERATIONS)} durable operations.`,
  'In a VPC, one NAT gateway is counted for each network, even if it is there already. VPC endpoints may be cheaper.',
  'The workload itself, its ECS tasks and its network are not in it.',
];

/** @param given numbers that the catalog does not hold: hosts (default: targets) and users (default: people) */
export function costStatement(
  catalog: CompiledCatalog,
  sizes: Readonly<Record<string, SweepSize>>,
  busyMonth: Month,
  given: { readonly hosts?: number; readonly users?: number } = {},
): CostStatement {
  const idle = billOf(usesOf(catalog, sizes, IDLE));
  const systems = Object.values(catalog.systems).flatMap((system) => {
    const size = sizes[system.system];
    return size === undefined ? [] : [{ ...size, system: system.system, everyS: system.collection.everyS }];
  });
  const total = (of: (size: (typeof systems)[number]) => number): number =>
    systems.reduce((sum, size) => sum + of(size), 0);
  return {
    catalog: catalog.hash,
    region: 'us-east-1',
    sizes: Object.fromEntries(systems.map(({ system, ...size }) => [system, size])),
    collection: Object.fromEntries(
      systems.map(({ system, everything, everyS, ...size }) => [
        system,
        { sent: sentOf(size, everyS), everything: sentOf(everything, everyS) },
      ]),
    ),
    idle,
    busy: billOf(usesOf(catalog, sizes, busyMonth)),
    busyMonth,
    rivals: rivalsOf({
      hosts: given.hosts ?? total(({ targets }) => targets),
      users: given.users ?? Object.keys(catalog.organization.people).length,
      series: total(({ points }) => points),
      samples: total(({ points, everyS }) => samplesAMonth(points, everyS)),
      scanned: idle.lines.find(({ item }) => item === 'promqlSamples')?.quantity ?? 0,
    }),
    assumptions: ASSUMPTIONS,
  };
}

const DAY_S = 86_400;

function sentOf(size: { readonly points: number; readonly bytes: number }, everyS: number): Sent {
  const { usd, per } = PRICES.otlpGb;
  return {
    pointsASweep: size.points,
    bytesADay: (size.bytes * DAY_S) / everyS,
    usdAMonth: (((size.bytes * SECONDS) / everyS / GB) * usd) / per,
  };
}
