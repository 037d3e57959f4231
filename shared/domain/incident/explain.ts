import type { Commit } from './commit.ts';
import type { IncidentEvent } from './events.ts';

/** One line of an incident's story. */
export interface StoryLine {
  readonly atMs: number;
  readonly event: IncidentEvent;
  /** What happened, in words. */
  readonly what: string;
  /** The rule, limit or fact that decided; empty if there is nothing to say. */
  readonly why: string;
  /** Who decided, and under which catalog. */
  readonly by: string;
  readonly catalogHash: string;
}

/** Law 7: the story of one incident, from the commits of its system, in their order. */
export function storyOf(incident: string, commits: readonly Commit[]): StoryLine[] {
  const names = alertNames(commits);
  const nameOf = (key: string): string => names.get(key) ?? alarmIn(key);
  return commits.flatMap(({ atMs, by, catalogHash, events }) =>
    events
      .filter((event) => 'incident' in event && event.incident === incident)
      .map((event) => ({
        atMs,
        event,
        what: describe(event, atMs, nameOf),
        why: 'because' in event ? event.because : '',
        by,
        catalogHash,
      })),
  );
}

/** What an event says, without its reason. */
function describe(event: IncidentEvent, atMs: number, nameOf: (key: string) => string): string {
  switch (event.type) {
    case 'incident-opened':
      return `opened as ${event.severity} for ${event.subject.kind} ${event.subject.name}`;
    case 'alert-fired':
      return `${event.alert.name} fires: ${event.alert.summary}`;
    case 'alerts-counted':
      return `${String(event.count)} alerts of ${event.alarm} are counted`;
    case 'alert-ok':
      return `${nameOf(event.key)} is OK`;
    case 'alert-unknown':
      return `${nameOf(event.key)} is out of sight`;
    case 'alert-loss-told':
      return `people were told that ${nameOf(event.key)} is out of sight`;
    case 'transition-seen':
      return `${nameOf(event.key)} was reported ${event.value}`;
    case 'severity-raised':
      return `severity raised to ${event.severity}`;
    case 'alert-muted':
      return `${event.alert.name} is silenced by ${event.silence}`;
    case 'alert-unmuted':
      return `${nameOf(event.key)} is no longer silenced`;
    case 'silence-added':
      return `silence ${event.silence.id} begins`;
    case 'silence-ended':
      return `silence ${event.silence} ends`;
    case 'escalation-moved':
      return event.nextAtMs === undefined
        ? 'escalation ends'
        : `escalation goes on ${inTime(event.nextAtMs - atMs)}`;
    case 'nobody-reached':
      return 'nobody was reached: everybody is paged';
    case 'acknowledged':
      return `acknowledged by ${event.by}; it expires ${inTime(event.untilMs - atMs)}`;
    case 'acknowledgement-expired':
      return 'the acknowledgement expired';
    case 'recovery-held':
      return 'recovery is held back';
    case 'recovery-ordered':
      return `recovery "${event.recovery}" on ${event.targets.join(', ')} ordered as ${event.attempt}`;
    case 'attempt-claimed':
      return `${event.attempt} has begun`;
    case 'action-intended':
      return `${event.attempt} is about to act`;
    case 'action-taken':
      return `${event.attempt} acted`;
    case 'attempt-ended':
      return `${event.attempt} ended: ${event.outcome}`;
    case 'health-confirmed':
      return 'the health check answers again';
    case 'incident-resolved':
      return `resolved by ${event.by}`;
    case 'paged':
      return `page to ${event.page.to}: ${event.page.subject}`;
    case 'noticed':
      return `notice to the teams: ${event.notice.subject}`;
  }
}

function inTime(ms: number): string {
  return ms < 60_000 ? `in ${String(Math.round(ms / 1000))} s` : `in ${String(Math.round(ms / 60_000))} min`;
}

/** What people call the alerts: rule and own labels, by alert key. */
function alertNames(commits: readonly Commit[]): Map<string, string> {
  const alerts = commits.flatMap(({ events }) =>
    events.flatMap((event) =>
      event.type === 'alert-fired' || event.type === 'alert-muted' ? [event.alert] : [],
    ),
  );
  return new Map(
    alerts.map(({ key, name, attributes }) => {
      const labels = Object.entries(attributes).map(([label, value]) => `${label}="${value}"`);
      return [key, labels.length === 0 ? name : `${name} {${labels.join(', ')}}`];
    }),
  );
}

/** The alarm's name in an alert's key. */
function alarmIn(key: string): string {
  return key.slice(0, key.lastIndexOf('#'));
}
