import { fillText } from '../alert/fill-text.ts';
import type { NoticeKind } from '../catalog/compiled.ts';
import { considerRecovery } from '../recovery/consider.ts';
import type { Circumstances } from './draft.ts';
import type { Attempt, Incident, SystemState } from './state.ts';
import { incidentStatus } from './state.ts';

const HEADLINES: Readonly<Record<NoticeKind, string>> = {
  opened: 'new',
  escalated: 'escalated',
  reminder: 'still open',
  unknown: 'out of sight',
  recovery: 'recovery',
  resolved: 'resolved',
  storm: 'alert storm',
  alarm: 'raw alarm',
};

/** At most so many alerts are named in one message: an SMS is read on a small screen. */
const NAMED_ALERTS = 5;
/** What was tried last says enough; `explain` has all of it. */
const NAMED_ATTEMPTS = 3;
const REASON_LENGTH = 120;
const DETAIL_LENGTH = 500;
const MOST_DETAILS = 6;

/** Messages to people who take over: they hear what was tried. */
const HAND_OVER: ReadonlySet<NoticeKind> = new Set(['escalated', 'reminder', 'unknown', 'recovery']);

/** The attempts ordered for an incident, the oldest first. */
export function attemptsOf(incident: Incident, { attempts }: SystemState): Attempt[] {
  return Object.values(attempts)
    .filter((attempt) => attempt.incident === incident.id)
    .toSorted((a, b) => a.orderedAtMs - b.orderedAtMs);
}

/**
 * Subject and text of a message about an incident, the subject as SNS takes it.
 *
 * @param attempts those of this incident, the oldest first
 */
export function messageText(
  incident: Incident,
  kind: NoticeKind,
  because: string,
  circumstances: Circumstances,
  attempts: readonly Attempt[],
): { subject: string; text: string } {
  const title = `[${incident.severity}] ${incident.id} ${incident.subject.name}: ${HEADLINES[kind]}`;
  const lines = [
    `${incident.id} (${incident.severity}, ${incidentStatus(incident)}): ${incident.subject.kind} ${incident.subject.name} in ${circumstances.system.system}/${circumstances.system.environment}`,
    because,
    ...alertLines(incident),
    ...detailLines(incident, circumstances),
    ...(HAND_OVER.has(kind) ? attempts.slice(-NAMED_ATTEMPTS).map(attemptLine) : []),
    ...nextLines(incident, kind, circumstances),
  ];
  return { subject: subjectLine(title), text: lines.join('\n') };
}

function alertLines(incident: Incident): string[] {
  const alerts = Object.values(incident.alerts);
  const counted = Object.values(incident.counted).reduce((sum, count) => sum + count, 0);
  const rest = alerts.length - NAMED_ALERTS + counted;
  return [
    ...alerts.slice(0, NAMED_ALERTS).map((alert) => `- ${alert.name} ${alert.sight}: ${alert.summary}`),
    ...(rest > 0 ? [`- and ${String(rest)} more`] : []),
  ];
}

/** What the rules of the named alerts say besides: what is the matter at length, and where the run book is. */
function detailLines({ alerts }: Incident, { system }: Circumstances): string[] {
  const details = Object.values(alerts)
    .slice(0, NAMED_ALERTS)
    .flatMap(({ alarm, summary, attributes, labels, value }) => {
      const annotations = system.rules.find(({ alarmName }) => alarmName === alarm)?.annotations ?? {};
      const filled = (name: string): string | undefined => {
        const text = annotations[name];
        if (text === undefined || text === '') return undefined;
        return fillText(text, { ...attributes, ...labels }, value)
          .trim()
          .slice(0, DETAIL_LENGTH);
      };
      const description = filled('description');
      const runBook = filled('runbook_url') ?? filled('runbook');
      return [
        ...(description === undefined || description === summary ? [] : [description]),
        ...(runBook === undefined ? [] : [`Run book: ${runBook}`]),
      ];
    });
  return [...new Set(details)].slice(0, MOST_DETAILS);
}

function attemptLine({ id, recovery, targets, ended }: Attempt): string {
  const what = `* tried ${recovery} on ${targets.join(', ')} (${id})`;
  if (ended === undefined) return `${what}: under way`;
  const reason = ended.reason.replaceAll(/\s+/g, ' ').trim();
  const cut = reason.length > REASON_LENGTH ? `${reason.slice(0, REASON_LENGTH - 3)}...` : reason;
  return `${what}: ${ended.outcome}, ${cut}`;
}

function nextLines(incident: Incident, kind: NoticeKind, circumstances: Circumstances): string[] {
  if (kind === 'resolved') return [];
  const plan = considerRecovery(incident, circumstances);
  const automation =
    plan === undefined
      ? 'No recovery is configured for this: it needs you.'
      : `Recovery "${plan.recovery.name}" is configured.`;
  return [
    ...(kind === 'opened' ? [automation] : []),
    `Acknowledge: homeostat ack ${incident.id} --by NAME`,
    `Why: homeostat explain ${incident.id}`,
  ];
}

/** A subject as SNS takes it (Publish, Subject): printable ASCII, fewer than 100 characters, else the message is refused. */
export function subjectLine(text: string): string {
  return text
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 99);
}
