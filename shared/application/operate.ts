import type { CompiledCatalog } from '../domain/catalog/compiled.ts';
import { hint } from '../domain/catalog/nearest.ts';
import type { IncidentEvent } from '../domain/incident/events.ts';
import type { Input } from '../domain/incident/inputs.ts';
import type { SystemState } from '../domain/incident/state.ts';
import type { Clock } from '../ports/clock.ts';
import type { IncidentLog } from '../ports/incident-log.ts';
import { commitDecision } from './record.ts';

/** A person's hands on the log, whatever tool they hold: the command line or the page. */
export interface Operator {
  readonly catalog: CompiledCatalog;
  readonly clock: Clock;
  readonly incidents: IncidentLog;
  /** Has `escalate` carry out at once what was ordered; never throws, for it comes a minute later anyway. */
  readonly lookNow: () => Promise<void>;
}

/** What a person said and what came of it. */
export interface Said {
  readonly done: boolean;
  readonly message: string;
}

/** A person named a system or an incident that the catalog cannot have. The message says what there is. */
export class NotInCatalog extends Error {
  readonly code = 'NOT_IN_CATALOG';
  constructor(message: string) {
    super(message);
    this.name = 'NotInCatalog';
  }
}

/**
 * Tells everybody that somebody has it in hand: paging stops.
 *
 * @throws NotInCatalog if no system of the catalog has incidents of this name
 */
export async function acknowledge(operator: Operator, incident: string, by: string): Promise<Said> {
  const system = systemOfIncident(operator.catalog, incident);
  const { events, state } = await say(operator, system, by, { type: 'acknowledge', incident, by });
  // Other things may have become due with it: only the word itself counts as its answer.
  const isDone = events.some((event) => event.type === 'acknowledged' && event.incident === incident);
  if (!isDone) return notOpen(incident, Object.keys(state.incidents));
  const { escalation, people } = operator.catalog.organization;
  const hours = escalation.acknowledgementExpiresS / 3600;
  const unknown = Object.hasOwn(people, by)
    ? ''
    : ` The catalog knows nobody called "${by}"${hint(by, Object.keys(people))} News of it goes to everybody who was paged.`;
  return {
    done: true,
    message: `${incident}: acknowledged by ${by}. Nobody is paged for ${String(hours)} h.${unknown}`,
  };
}

/**
 * Closes an incident on a person's word; not done while an alert of it fires.
 *
 * @throws NotInCatalog if no system of the catalog has incidents of this name
 */
export async function resolveByHand(
  operator: Operator,
  incident: string,
  by: string,
  reason: string,
): Promise<Said> {
  const system = systemOfIncident(operator.catalog, incident);
  const { events, state } = await say(operator, system, by, { type: 'resolve', incident, by, reason });
  const isDone = events.some((event) => event.type === 'incident-resolved' && event.incident === incident);
  if (isDone) return { done: true, message: `${incident}: resolved by ${by}.` };
  const still = state.incidents[incident];
  const firing = Object.values(still?.alerts ?? {}).filter(({ sight }) => sight === 'firing');
  if (still === undefined) return notOpen(incident, Object.keys(state.incidents));
  const names = [...new Set(firing.map(({ name }) => name))].join(', ') || 'alerts that are only counted';
  const message = `${incident} still fires (${names}): it would open again at once. Silence it with \`npx homeostat silence\`, or mend it.`;
  return { done: false, message };
}

/**
 * Holds back the alerts of a system that carry these labels.
 *
 * @throws NotInCatalog if the catalog has no such system
 */
export async function silence(
  operator: Operator,
  system: string,
  match: Readonly<Record<string, string>>,
  said: { readonly forS: number; readonly by: string; readonly reason: string },
): Promise<Said> {
  const known = Object.keys(operator.catalog.systems);
  if (!known.includes(system))
    throw new NotInCatalog(`the catalog has no system "${system}"${hint(system, known)}`);
  const { by, reason } = said;
  const untilMs = operator.clock.nowMs() + said.forS * 1000;
  await say(operator, system, by, { type: 'silence', match, by, reason, untilMs });
  const labels = Object.entries(match)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ');
  return {
    done: true,
    message: `${system}: alerts with ${labels} are held back until ${new Date(untilMs).toISOString()}. What still fires then is paged.`,
  };
}

/**
 * The system that an incident's id begins with: `shop-12` is of `shop`.
 *
 * @throws NotInCatalog if there is none
 */
export function systemOfIncident(catalog: CompiledCatalog, incident: string): string {
  const name = incident.slice(0, incident.lastIndexOf('-'));
  if (Object.hasOwn(catalog.systems, name)) return name;
  const known = Object.keys(catalog.systems);
  throw new NotInCatalog(
    `"${incident}" is no incident: expected SYSTEM-NUMBER, like ${known[0] ?? 'shop'}-1${hint(name, known)}`,
  );
}

/** Decides on a person's word; what follows goes out at once. Returns the events, perhaps none. */
async function say(
  { catalog, clock, incidents, lookNow }: Operator,
  system: string,
  by: string,
  input: Input,
): Promise<{ events: readonly IncidentEvent[]; state: SystemState }> {
  const deciding = { catalog, clock, incidents, writer: `person:${by}` };
  const { commit, state } = await commitDecision(deciding, system, [input], 0);
  if (commit !== undefined) await lookNow();
  return { events: commit?.events ?? [], state };
}

function notOpen(incident: string, open: readonly string[]): Said {
  const others = open.length === 0 ? 'Nothing is open.' : `Open: ${open.join(', ')}.`;
  return { done: false, message: `${incident} is not open. ${others}` };
}
