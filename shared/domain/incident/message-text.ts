import type { NoticeKind } from '../catalog/compiled.ts';
import { considerRecovery } from '../recovery/consider.ts';
import type { Circumstances } from './draft.ts';
import type { Incident } from './state.ts';
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

/**
 * Subject and text of a message about an incident, the subject as SNS takes it.
 */
export function messageText(
  incident: Incident,
  kind: NoticeKind,
  because: string,
  circumstances: Circumstances,
): { subject: string; text: string } {
  const title = `[${incident.severity}] ${incident.id} ${incident.subject.name}: ${HEADLINES[kind]}`;
  const lines = [
    `${incident.id} (${incident.severity}, ${incidentStatus(incident)}): ${incident.subject.kind} ${incident.subject.name} in ${circumstances.system.system}/${circumstances.system.environment}`,
    because,
    ...alertLines(incident),
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
