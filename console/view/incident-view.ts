import { SEVERITIES } from '../../shared/domain/alert/alert.ts';
import type { CompiledCatalog } from '../../shared/domain/catalog/compiled.ts';
import type { Commit } from '../../shared/domain/incident/commit.ts';
import type { IncidentEvent } from '../../shared/domain/incident/events.ts';
import { storyOf } from '../../shared/domain/incident/explain.ts';
import type {
  Incident,
  IncidentAlert,
  ResolvedIncident,
  SystemState,
} from '../../shared/domain/incident/state.ts';
import { incidentStatus } from '../../shared/domain/incident/state.ts';
import type { SystemReading } from '../read/reading.ts';
import type {
  AlertView,
  IncidentsView,
  IncidentView,
  ResolvedView,
  SilenceChoice,
  StoryLineView,
  StoryView,
} from './page-view.ts';
import { nameOf, whatNext } from './what-next.ts';

/** A page of more incidents than this is not read; the rest is counted. */
export const SHOWN_INCIDENTS = 30;
export const SHOWN_RESOLVED = 8;
const SHOWN_ALERTS = 8;
const SHOWN_LINES = 40;
const SHOWN_PLOTS = 2;

/** The open incidents of all systems, the worst and among them the newest first. */
export function incidentsView(
  readings: Readonly<Record<string, SystemReading>>,
  catalog: CompiledCatalog,
): IncidentsView {
  const open = Object.entries(readings)
    .flatMap(([system, { state }]) =>
      Object.values(state.incidents).map((incident) => ({ system, incident })),
    )
    .toSorted(
      ({ incident: a }, { incident: b }) =>
        SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.openedAtMs - a.openedAtMs,
    );
  const shown = open.slice(0, SHOWN_INCIDENTS).flatMap(({ system, incident }) => {
    const reading = readings[system];
    return reading === undefined ? [] : [incidentView(incident, system, reading, catalog)];
  });
  return { shown, more: open.length - shown.length };
}

function incidentView(
  incident: Incident,
  system: string,
  { state, commits }: SystemReading,
  catalog: CompiledCatalog,
): IncidentView {
  const { acknowledgement, subject } = incident;
  const alerts = Object.values(incident.alerts).toSorted(
    (a, b) => SIGHT_ORDER[a.sight] - SIGHT_ORDER[b.sight] || a.sinceMs - b.sinceMs,
  );
  const counted = Object.values(incident.counted).reduce((sum, count) => sum + count, 0);
  const whyNot = whyNotResolve(incident);
  return {
    id: incident.id,
    system,
    state: incidentStatus(incident),
    severity: incident.severity,
    subject: subject.name,
    openedAtMs: incident.openedAtMs,
    ...(acknowledgement === undefined
      ? {}
      : { acknowledgement: { by: nameOf(acknowledgement.by, catalog), untilMs: acknowledgement.untilMs } }),
    alerts: alerts.slice(0, SHOWN_ALERTS).map((alert) => alertView(alert, state)),
    moreAlerts: Math.max(0, alerts.length - SHOWN_ALERTS) + counted,
    next: whatNext(incident, state, catalog),
    silences: silenceChoices(alerts),
    ...(whyNot === undefined ? {} : { whyNotResolve: whyNot }),
    plots: [...new Map(alerts.map(({ alarm, name }) => [alarm, { alarm, alert: name }])).values()].slice(
      0,
      SHOWN_PLOTS,
    ),
    ...(subject.kind === 'service' ? { service: subject.name } : {}),
    story: storyView(incident.id, commits),
  };
}

const SIGHT_ORDER = { firing: 0, unknown: 1, ok: 2 } as const;

/** To the incident an alert that is silenced is over; it fires all the same, and is not shown as OK. */
function alertView(
  { key, name, summary, attributes, sight, sinceMs }: IncidentAlert,
  { muted }: SystemState,
): AlertView {
  const isSilenced = sight === 'ok' && Object.hasOwn(muted, key);
  return { name, summary, labels: labelText(attributes), sight: isSilenced ? 'silenced' : sight, sinceMs };
}

/** As `resolve` refuses it: closing what fires would be a lie. */
function whyNotResolve(incident: Incident): string | undefined {
  if (Object.keys(incident.counted).length > 0) return 'alerts of it are only counted: they may still fire';
  const firing = Object.values(incident.alerts).find(({ sight }) => sight === 'firing');
  return firing === undefined ? undefined : `${firing.name} fires: it would open again at once`;
}

/** One rule on one service, or everything of the service; from the labels of the alerts themselves. */
function silenceChoices(alerts: readonly IncidentAlert[]): SilenceChoice[] {
  const live = alerts.filter(({ sight }) => sight !== 'ok');
  const choices = live.flatMap(({ name, labels }): SilenceChoice[] => {
    const about = labels['service'] === undefined ? 'job' : 'service';
    const value = labels[about];
    if (value === undefined) return [{ label: `${name}, wherever it fires`, match: { alertname: name } }];
    return [
      { label: `${name} of ${value}`, match: { alertname: name, [about]: value } },
      { label: `everything of ${value}`, match: { [about]: value } },
    ];
  });
  return [...new Map(choices.map((choice) => [JSON.stringify(choice.match), choice])).values()].toSorted(
    (a, b) => Object.keys(b.match).length - Object.keys(a.match).length,
  );
}

/** The last incidents that ended, newest first. */
export function resolvedViews(
  readings: Readonly<Record<string, SystemReading>>,
  catalog: CompiledCatalog,
): ResolvedView[] {
  return Object.values(readings)
    .flatMap(({ state, commits }) => state.resolved.map((incident) => ({ incident, commits })))
    .toSorted(({ incident: a }, { incident: b }) => b.resolvedAtMs - a.resolvedAtMs)
    .slice(0, SHOWN_RESOLVED)
    .map(({ incident, commits }) => resolvedView(incident, commits, catalog));
}

function resolvedView(
  incident: ResolvedIncident,
  commits: readonly Commit[],
  catalog: CompiledCatalog,
): ResolvedView {
  const { id, severity, subject, openedAtMs, resolvedAtMs, by } = incident;
  const story = storyView(id, commits);
  return { id, severity, subject: subject.name, openedAtMs, resolvedAtMs, by: nameOf(by, catalog), story };
}

/** The last lines of a story, in their order, in the words of `explain`. */
export function storyView(incident: string, commits: readonly Commit[]): StoryView {
  const lines = storyOf(incident, commits);
  return {
    lines: lines
      .slice(-SHOWN_LINES)
      .map(({ atMs, event, what, why, by }) => ({ atMs, what, why, by, kind: kindOf(event) })),
    earlier: Math.max(0, lines.length - SHOWN_LINES),
  };
}

const KINDS: Readonly<Partial<Record<IncidentEvent['type'], StoryLineView['kind']>>> = {
  'incident-opened': 'bad',
  'alert-fired': 'bad',
  'alert-unknown': 'bad',
  'severity-raised': 'bad',
  'nobody-reached': 'bad',
  'alert-ok': 'good',
  'health-confirmed': 'good',
  'incident-resolved': 'good',
  paged: 'told',
  noticed: 'told',
  'recovery-ordered': 'acted',
  'attempt-claimed': 'acted',
  'action-intended': 'acted',
  'action-taken': 'acted',
  acknowledged: 'acted',
};

function kindOf(event: IncidentEvent): StoryLineView['kind'] {
  if (event.type === 'attempt-ended') return event.outcome === 'failed' ? 'bad' : 'good';
  return KINDS[event.type] ?? 'plain';
}

export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ');
}
