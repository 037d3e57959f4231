import type { CompiledCatalog, EscalationPolicy } from '../../shared/domain/catalog/compiled.ts';
import { attemptsOf } from '../../shared/domain/incident/message-text.ts';
import type { Incident, SystemState } from '../../shared/domain/incident/state.ts';
import type { NextView } from './page-view.ts';

/** What will happen to an open incident by itself, and when; what a person must do is said as well. */
export function whatNext(incident: Incident, state: SystemState, catalog: CompiledCatalog): NextView[] {
  const running = attemptsOf(incident, state).filter(({ ended }) => ended === undefined);
  const { held, acknowledgement } = incident;
  return [
    ...running.map(({ recovery, targets, id, isClaimed, deadlineMs }) => ({
      text: `Recovery "${recovery}" (${id}) ${isClaimed ? 'is at work on' : 'is about to begin on'} ${targets.join(', ')}: verified, or given up`,
      atMs: deadlineMs,
    })),
    ...(held === undefined || running.length > 0
      ? []
      : [
          {
            text: `Recovery is held back: ${held.reason}.${held.untilMs === undefined ? '' : ' It is looked at again'}`,
            ...(held.untilMs === undefined ? {} : { atMs: held.untilMs }),
          },
        ]),
    ...(acknowledgement === undefined
      ? escalationNext(incident, catalog)
      : [
          {
            text: `${nameOf(acknowledgement.by, catalog)} has it in hand. If it is still open, paging starts over`,
            atMs: acknowledgement.untilMs,
          },
        ]),
    ...closing(incident),
  ];
}

/** Who is paged next, unless somebody acknowledges. */
function escalationNext(incident: Incident, catalog: CompiledCatalog): NextView[] {
  const { escalation: policy } = catalog.organization;
  if (!policy.pages.includes(incident.severity))
    return [{ text: `Nobody is paged for ${incident.severity}: the teams' subscribers were told.` }];
  const { nextAtMs } = incident.escalation;
  if (nextAtMs === undefined) return [{ text: 'Nobody else is paged by itself.' }];
  const people = peopleNext(incident, policy, Object.keys(catalog.organization.people));
  const names = people.map((key) => nameOf(key, catalog)).join(', ');
  return [
    {
      text: `Unless somebody acknowledges, ${names} ${people.length === 1 ? 'is' : 'are'} paged`,
      atMs: nextAtMs,
    },
  ];
}

/** As `continueEscalation` goes on: the level that is next, the first of the next round, in the end everybody. */
function peopleNext(
  { escalation: { level, round } }: Incident,
  { levels, repeat }: EscalationPolicy,
  everybody: readonly string[],
): readonly string[] {
  if (level < levels.length) return levels[level]?.people ?? [];
  return round < repeat.times ? (levels[0]?.people ?? []) : everybody;
}

/** What it takes to end. */
function closing(incident: Incident): NextView[] {
  const sights = new Set(Object.values(incident.alerts).map(({ sight }) => sight));
  if (sights.has('firing') || Object.keys(incident.counted).length > 0)
    return [{ text: 'It resolves by itself once its alerts are OK with fresh samples.' }];
  if (sights.has('unknown'))
    return [
      {
        text: 'What the rule reads is out of sight. It stays open until it is seen again, or you resolve it.',
      },
    ];
  return [{ text: 'Its alerts are OK; what was done is still being verified.' }];
}

/** A person as others call them; somebody the catalog does not know is called as they called themselves. */
export function nameOf(key: string, { organization }: CompiledCatalog): string {
  return Object.hasOwn(organization.people, key) ? (organization.people[key]?.name ?? key) : key;
}
