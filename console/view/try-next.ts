import type { IncidentView, ResolvedView, ServiceView, TryView } from './page-view.ts';

const RECENT_MS = 10 * 60_000;

interface Circumstances {
  /** Who may acknowledge, by key. */
  readonly people: readonly string[];
  /** A service that can be broken on demand; absent where there is no workload of ours. */
  readonly breakable: string | undefined;
  readonly nowMs: number;
}

/**
 * What a person may try now: break something while all is well, follow what happens while something is
 * broken, ask why once it is over.
 */
export function tryNext(
  open: readonly IncidentView[],
  resolved: readonly ResolvedView[],
  services: readonly ServiceView[],
  { people, breakable, nowMs }: Circumstances,
): TryView[] {
  const [incident] = open;
  if (incident !== undefined) return duringIncident(incident, people[0]);
  const [last] = resolved;
  const isRecent = last !== undefined && nowMs - last.resolvedAtMs < RECENT_MS;
  const trouble = services.find(({ state }) => state !== 'healthy');
  return [
    ...(isRecent
      ? [
          {
            text: `${last.id} is over. Ask why everything in it happened:`,
            command: `npx homeostat explain ${last.id}`,
          },
        ]
      : []),
    ...(trouble === undefined
      ? breaking(breakable, isRecent)
      : [{ text: `${trouble.service}: ${trouble.because}. A rule opens an incident if this lasts.` }]),
  ];
}

function duringIncident({ id, state, next }: IncidentView, person = 'NAME'): TryView[] {
  return [
    ...next.slice(0, 1).map(({ text, atMs }) => ({ text, ...(atMs === undefined ? {} : { atMs }) })),
    ...(state === 'acknowledged'
      ? []
      : [
          {
            text: 'Acknowledge it here, or from a shell:',
            command: `npx homeostat ack ${id} --by ${person}`,
          },
        ]),
    { text: 'Ask why:', command: `npx homeostat explain ${id}` },
  ];
}

function breaking(breakable: string | undefined, isRecent: boolean): TryView[] {
  if (breakable === undefined) return [{ text: 'Nothing is wrong. What opens, opens here.' }];
  return [
    {
      text: isRecent
        ? 'Then break it in a way that needs a person:'
        : 'Nothing is wrong. Break something in a second terminal, and watch it heal here:',
      command: `npx homeostat fault ${breakable} ${isRecent ? 'slow' : 'crash'}`,
    },
    ...(isRecent ? [{ text: 'and mend it again:', command: `npx homeostat fault ${breakable} none` }] : []),
  ];
}
