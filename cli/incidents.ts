import type { Incident, ResolvedIncident } from '../shared/domain/incident/state.ts';
import { incidentStatus } from '../shared/domain/incident/state.ts';
import { addOperatorOptions, withOperator } from './operator.ts';
import type { OperatorOptions } from './operator.ts';
import { answer, table } from './output.ts';
import { examples, JSON_OPTION } from './program.ts';
import type { AddCommand } from './program.ts';

/** One row of the list, and one object of `--json`. */
export interface ListedIncident {
  readonly id: string;
  readonly system: string;
  readonly state: 'open' | 'acknowledged' | 'unknown' | 'resolved';
  readonly severity: string;
  readonly subject: string;
  readonly openedAt: string;
  readonly resolvedAt?: string;
  readonly acknowledgedBy?: string;
  readonly alerts: number;
}

/** The incidents of all systems, newest first; resolved ones only if asked for. */
export function listIncidents(
  options: OperatorOptions & { readonly all?: boolean },
): Promise<ListedIncident[]> {
  return withOperator(options, async ({ catalog, incidents }) => {
    const states = await Promise.all(
      Object.keys(catalog.systems).map(async (system) => ({ system, state: await incidents.load(system) })),
    );
    return states
      .flatMap(({ system, state }) => [
        ...Object.values(state.incidents).map((incident) => openRow(system, incident)),
        ...(options.all === true ? state.resolved.map((incident) => resolvedRow(system, incident)) : []),
      ])
      .toSorted((a, b) => (a.openedAt < b.openedAt ? 1 : -1));
  });
}

function openRow(system: string, incident: Incident): ListedIncident {
  const counted = Object.values(incident.counted).reduce((sum, count) => sum + count, 0);
  return {
    id: incident.id,
    system,
    state: incidentStatus(incident),
    severity: incident.severity,
    subject: incident.subject.name,
    openedAt: new Date(incident.openedAtMs).toISOString(),
    ...(incident.acknowledgement === undefined ? {} : { acknowledgedBy: incident.acknowledgement.by }),
    alerts: Object.values(incident.alerts).filter(({ sight }) => sight !== 'ok').length + counted,
  };
}

function resolvedRow(system: string, incident: ResolvedIncident): ListedIncident {
  return {
    id: incident.id,
    system,
    state: 'resolved',
    severity: incident.severity,
    subject: incident.subject.name,
    openedAt: new Date(incident.openedAtMs).toISOString(),
    resolvedAt: new Date(incident.resolvedAtMs).toISOString(),
    alerts: 0,
  };
}

export const addIncidents: AddCommand = (program, terminal) => {
  const command = program
    .command('incidents')
    .description('list open incidents, newest first')
    .option('--all', 'the last resolved ones too')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        ['homeostat incidents', 'what is open now'],
        ['homeostat incidents --all --json', 'for a script, with the resolved ones'],
      ),
    );
  addOperatorOptions(command);
  command.action(async (options: OperatorOptions & { all?: boolean; json?: boolean }) => {
    const incidents = await listIncidents(options);
    answer(terminal, options.json === true, { incidents }, () =>
      incidents.length === 0 ? ['Nothing is open.'] : table([HEAD, ...incidents.map(row)]),
    );
  });
};

const HEAD = ['INCIDENT', 'STATE', 'SEVERITY', 'ABOUT', 'ALERTS', 'OPENED', 'BY'];

function row(incident: ListedIncident): string[] {
  const { id, state, severity, subject, alerts, openedAt, acknowledgedBy } = incident;
  return [
    id,
    state,
    severity,
    subject,
    String(alerts),
    openedAt.replace('T', ' ').slice(0, 19),
    acknowledgedBy ?? '',
  ];
}
