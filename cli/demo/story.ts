import type { OutboxMessage } from '../../local/sns/outbox.ts';
import type { IncidentEvent } from '../../shared/domain/incident/events.ts';
import type { StoryLine } from '../../shared/domain/incident/explain.ts';

export const DEMO_FAULTS = ['crash', 'hang', 'errors', 'slow'] as const;
export type DemoFault = (typeof DEMO_FAULTS)[number];

/** What the demo tells at its end; the last line of `--json`. Times are seconds after the fault, null if it did not happen. */
export interface DemoReport {
  readonly fault: DemoFault;
  readonly injectedAt: string;
  readonly alarmAfterS: number | null;
  readonly pagedAfterS: number | null;
  readonly actedAfterS: number | null;
  readonly recoveredAfterS: number | null;
  readonly resolvedAfterS: number | null;
  readonly incident: {
    readonly id: string;
    readonly state: string;
    readonly events: readonly DemoEvent[];
  } | null;
  readonly pages: readonly DemoPage[];
}

interface DemoEvent {
  readonly at: string;
  readonly type: IncidentEvent['type'];
  readonly what: string;
  readonly why: string;
}

interface DemoPage {
  /** The person's key in the catalog. */
  readonly to: string;
  /** `email`, `sms`, … */
  readonly via: string;
  readonly reason: string;
  readonly at: string;
}

export interface Observed {
  readonly fault: DemoFault;
  readonly injectedAtMs: number;
  /** The incident's id, once there is one. */
  readonly incident: string | undefined;
  readonly story: readonly StoryLine[];
  readonly outbox: readonly OutboxMessage[];
}

/** The report of what was observed so far. */
export function reportOf({ fault, injectedAtMs, incident, story, outbox }: Observed): DemoReport {
  const after = (atMs: number | undefined): number | null =>
    atMs === undefined ? null : Math.round((atMs - injectedAtMs) / 100) / 10;
  const pages = incident === undefined ? [] : pagesOf(incident, story, outbox);
  const fired = firstOf(story, 'alert-fired')?.event;
  const [firstPage] = pages;
  const recovered = story.find(
    ({ event }) => event.type === 'attempt-ended' && event.outcome === 'recovered',
  );
  const resolved = firstOf(story, 'incident-resolved');
  return {
    fault,
    injectedAt: new Date(injectedAtMs).toISOString(),
    alarmAfterS: after(fired?.type === 'alert-fired' ? fired.atMs : undefined),
    pagedAfterS: after(firstPage === undefined ? undefined : Date.parse(firstPage.at)),
    actedAfterS: after(firstOf(story, 'action-taken')?.atMs),
    recoveredAfterS: after(recovered?.atMs),
    resolvedAfterS: after(resolved?.atMs),
    incident:
      incident === undefined
        ? null
        : { id: incident, state: resolved === undefined ? 'open' : 'resolved', events: story.map(eventOf) },
    pages,
  };
}

/** Whether what this fault is to show has happened; if not, what is missing. */
export function missingIn(report: DemoReport): string[] {
  const isHealed = report.fault !== 'slow';
  const acts = report.incident?.events.filter(({ type }) => type === 'action-taken').length ?? 0;
  return [
    ...(report.alarmAfterS === null ? ['no alarm fired'] : []),
    ...(report.pagedAfterS === null ? ['nobody was paged'] : []),
    ...(isHealed && acts !== 1 ? [`the service was restarted ${String(acts)} times, expected once`] : []),
    ...(isHealed && report.recoveredAfterS === null ? ['no recovery was verified'] : []),
    ...(!isHealed && acts > 0 ? ['a service was restarted although no recovery is configured'] : []),
    ...(!isHealed && report.incident?.events.some(({ type }) => type === 'acknowledged') !== true
      ? ['nobody acknowledged']
      : []),
    ...(report.resolvedAfterS === null ? ['the incident is not resolved'] : []),
  ];
}

function pagesOf(
  incident: string,
  story: readonly StoryLine[],
  outbox: readonly OutboxMessage[],
): DemoPage[] {
  return outbox
    .filter(({ attributes }) => attributes['incident'] === incident && attributes['page'] !== undefined)
    .map((message) => {
      const ordered = story.find(
        ({ event }) => event.type === 'paged' && event.page.id === message.attributes['page'],
      );
      const to = ordered?.event.type === 'paged' ? ordered.event.page.to : (message.topic ?? '');
      return { to, via: message.protocol, reason: ordered?.why ?? message.subject ?? '', at: message.at };
    });
}

function eventOf({ atMs, event, what, why }: StoryLine): DemoEvent {
  return { at: new Date(atMs).toISOString(), type: event.type, what, why };
}

function firstOf(story: readonly StoryLine[], type: IncidentEvent['type']): StoryLine | undefined {
  return story.find(({ event }) => event.type === type);
}
