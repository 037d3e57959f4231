import type { Operations } from '../../shared/application/record.ts';
import { alertOf, worst } from '../../shared/domain/alert/alert.ts';
import { printable } from '../../shared/domain/alert/fill-text.ts';
import { subjectLine } from '../../shared/domain/incident/message-text.ts';
import type { KnownEvent } from './known-event.ts';

/** At most so many alarms are named: the rest is counted. */
const NAMED = 10;

/** The same alert is not paged raw again so soon: its message comes back from the queue every few minutes. */
const QUIET_MS = 10 * 60_000;
/** When this process last paged an alert raw, by alert key. A warm function remembers; a cold one pages once more. */
export type RawPages = Map<string, number>;

/**
 * Law 4: fail open. The store is down, so nothing can be decided or de-duplicated: the alarms
 * themselves go to the first level and to the teams, in one message a batch. Never throws.
 */
export async function pageRaw(
  deps: Operations & { readonly rawPages: RawPages },
  system: string,
  known: readonly KnownEvent[],
  cause: unknown,
): Promise<void> {
  const firing = known
    .filter(({ event }) => event.value === 'ALARM')
    .map(({ rule, event }) => alertOf(rule, event.about === 'contributor' ? event.attributes : {}));
  const nowMs = deps.clock.nowMs();
  const alerts = firing.filter(({ key }) => nowMs - (deps.rawPages.get(key) ?? -Infinity) >= QUIET_MS);
  deps.log.error('Alarms could not be recorded', { system, alarms: firing.length, error: String(cause) });
  const [first] = alerts;
  if (first === undefined) return;
  const severity = alerts.reduce((sum, alert) => worst(sum, alert.severity), first.severity);
  const { escalation } = deps.catalog.organization;
  const people = escalation.pages.includes(severity) ? (escalation.levels[0]?.people ?? []) : [];
  const lines = alerts
    .slice(0, NAMED)
    .map((alert) => `- ${alert.name} (${alert.severity}): ${alert.summary}`);
  const more = alerts.length > NAMED ? [`- and ${String(alerts.length - NAMED)} more`] : [];
  const text = [
    `Homeostat could not write its log (${printable(String(cause)).slice(0, 200)}). These alarms fire and nothing is done about them:`,
    ...lines,
    ...more,
  ].join('\n');
  const team = deps.catalog.systems[system]?.owner ?? '';
  for (const { key } of alerts) deps.rawPages.set(key, nowMs);
  await deps.pager
    .raw(system, people, {
      severity,
      team,
      subject: subjectLine(`[${severity}] ${system}: raw alarm ${first.name}`),
      text,
    })
    .catch((error: unknown) => {
      deps.log.error('Nor could they be paged', { system, error: String(error) });
    });
}
