import { DURABLE_KEPT_DAYS, MEMORY_MB } from '../../contract/function-sizes.ts';
import type { CompiledCatalog, CompiledSystem, Endpoint } from '../catalog/compiled.ts';
import type { Use } from './bill.ts';
import { GB, HOURS, type Month } from './month.ts';
import { querySamples } from './query-samples.ts';
import type { SweepSize } from './sizes.ts';

/** Of one incident: the alarm and its contributor fire and are OK again, once more for a flap. */
export const ALARM_EVENTS = 8;
/** Sent, received and deleted. */
const REQUESTS_A_MESSAGE = 3;
const INTAKE_RUN_S = 0.5;
/** Opened, escalated, ordered, recovered, resolved: commits of 2 KB with an entry in the index, and their receipts. */
export const COMMITS = 8;
const WRITE_UNITS_A_COMMIT = 5;
const READ_UNITS_A_COMMIT = 4;
/** Opened, recovery begun and ended, resolved. */
export const NOTICES = 4;
/** Claim, act, settle, five looks with waits between them, the end. */
export const DURABLE_OPERATIONS = 16;
const DURABLE_BYTES = 32 * 1024;
const DURABLE_KEPT_MONTHS = (DURABLE_KEPT_DAYS * 24) / HOURS;
const RECOVER_RUNS = 8;
const RECOVER_RUN_S = 1;
/** A data key for each topic that is published to, and its use. */
const KMS_REQUESTS_A_PUBLISH = 2;

/** What the incidents of a system use in a month. */
export function incidentUses(
  catalog: CompiledCatalog,
  system: CompiledSystem,
  size: SweepSize,
  month: Month,
): Use[] {
  const of = (item: Use['item'], quantity: number): Use => ({ item, system: system.system, quantity });
  const events = month.incidents * ALARM_EVENTS;
  const attempts = system.recoveries.length === 0 ? 0 : month.incidents * month.recoveries;
  const pages = month.incidents * month.pages;
  const notices = month.incidents * NOTICES;
  const commits = month.incidents * COMMITS;
  return [
    of('busEvents', events),
    of('sqsRequests', events * REQUESTS_A_MESSAGE),
    of('lambdaRequests', events + attempts * RECOVER_RUNS),
    of(
      'lambdaGbSeconds',
      (events * INTAKE_RUN_S * MEMORY_MB.intake +
        attempts * RECOVER_RUNS * RECOVER_RUN_S * MEMORY_MB.recover) /
        1024,
    ),
    of('dynamoWrites', commits * WRITE_UNITS_A_COMMIT),
    of('dynamoReads', commits * READ_UNITS_A_COMMIT),
    of('snsPublishes', pages + notices),
    of('kmsRequests', (pages + notices) * KMS_REQUESTS_A_PUBLISH),
    ...deliveries(catalog, system.system, pages, notices).map(({ item, quantity }) => of(item, quantity)),
    of('durableOperations', attempts * DURABLE_OPERATIONS),
    of('durableGbWritten', (attempts * DURABLE_BYTES) / GB),
    of('durableGbMonths', (attempts * DURABLE_BYTES * DURABLE_KEPT_MONTHS) / GB),
    // While one is open, every look asks whether what the rules read is still seen.
    of('promqlSamples', month.incidents * month.openMinutes * sightSamples(system, size)),
  ];
}

/** One sample of every series of every metric that the rules read. */
function sightSamples({ rules, collection }: CompiledSystem, size: SweepSize): number {
  const metrics = new Set(rules.flatMap(({ reads }) => reads.map(({ metric }) => metric)));
  return [...metrics].reduce(
    (sum, metric) =>
      sum + querySamples(metric, (name) => size.series[name] ?? size.otherSeries, collection.everyS),
    0,
  );
}

const ITEM_OF = { email: 'snsEmails', https: 'snsHttps', sms: 'sms', sqs: undefined } as const;

/** A page goes to all contacts of a person, on average over those who may be paged; a notice to all teams that listen. */
function deliveries(
  { organization }: CompiledCatalog,
  system: string,
  pages: number,
  notices: number,
): { item: Use['item']; quantity: number }[] {
  const paged = [...new Set(organization.escalation.levels.flatMap(({ people }) => people))];
  const contacts = paged.flatMap((key) => organization.people[key]?.contacts ?? []);
  const listeners = Object.values(organization.teams)
    .flatMap(({ subscriptions }) => subscriptions)
    .filter(({ filter }) => filter.system === undefined || filter.system.includes(system))
    .map(({ endpoint }) => endpoint);
  const sent = (endpoints: readonly Endpoint[], times: number): { item: Use['item']; quantity: number }[] =>
    endpoints.flatMap(({ protocol }) => {
      const item = ITEM_OF[protocol];
      return item === undefined ? [] : [{ item, quantity: times }];
    });
  return [...sent(contacts, pages / Math.max(1, paged.length)), ...sent(listeners, notices)];
}
