import { hint } from './nearest.ts';
import { failure, type Finding } from './problem.ts';
import type { Salvaged } from './salvage.ts';
import type { OrganizationFile } from './schema/organization.ts';

/** Every name that the catalog defines, sound or not, so that a reference to a broken entry is not called dangling. */
export interface OrganizationNames {
  readonly people: ReadonlySet<string>;
  readonly teams: ReadonlySet<string>;
}

type SoundOrganization = Salvaged<OrganizationFile>;

/**
 * Holds the references of `organization.yaml` against what they name, and sees that every step of the
 * escalation reaches somebody.
 *
 * @param systems the names of all systems of the catalog
 */
export function checkOrganization(
  sound: SoundOrganization,
  names: OrganizationNames,
  systems: ReadonlySet<string>,
): Finding[] {
  const shared = [...names.teams]
    .filter((team) => names.people.has(team))
    .map((team) =>
      failure(['teams', team], `"${team}" is a person too; people and teams share one set of keys`, 'key'),
    );
  const teams = Object.entries(sound.teams ?? {}).flatMap(([team, entry]) => {
    const path = ['teams', team];
    const filters = (entry?.subscriptions ?? []).flatMap((subscription, index) =>
      checkNames(
        [...path, 'subscriptions', index, 'filter', 'system'],
        subscription?.filter?.system,
        systems,
        'system',
      ),
    );
    return filters.concat(checkNames([...path, 'members'], entry?.members, names.people, 'person'));
  });
  return [...shared, ...teams, ...checkLevels(sound, names)];
}

/** A finding for each name of a list that is not known; broken entries are passed over. */
export function checkNames(
  path: Finding['path'],
  listed: readonly (string | undefined)[] | undefined,
  known: ReadonlySet<string>,
  noun: string,
): Finding[] {
  return (listed ?? []).flatMap((name, index) =>
    name === undefined || known.has(name)
      ? []
      : [failure([...path, index], `no ${noun} "${name}"${hint(name, known)}`)],
  );
}

function checkLevels(sound: SoundOrganization, names: OrganizationNames): Finding[] {
  const keys = new Set([...names.people, ...names.teams]);
  return (sound.escalation?.levels ?? []).flatMap((level, index) => {
    if (level === undefined) return [];
    const path = ['escalation', 'levels', index];
    const findings = checkNames([...path, 'notify'], level.notify, keys, 'person or team');
    if (findings.length === 0 && !reachesSomebody(level.notify, sound)) {
      const who = level.notify?.join(', ') ?? '';
      findings.push(
        failure([...path, 'notify'], `reaches nobody: no contact for ${who}; add one to a person`),
      );
    }
    if (index === 0 && (level.after ?? 0) > 0) {
      findings.push(failure([...path, 'after'], 'the first level is paged at once; expected no "after"'));
    }
    if (index > 0 && !('after' in level)) {
      findings.push(failure(path, '"after" is missing; expected how long to wait after the level before'));
    }
    return findings;
  });
}

/** True also where something is broken and cannot be judged: that is told already. */
function reachesSomebody(
  notify: readonly (string | undefined)[] | undefined,
  { people, teams }: SoundOrganization,
): boolean {
  if (notify === undefined || notify.length === 0 || people === undefined || teams === undefined) return true;
  const entries = new Map(Object.entries(people));
  return expandToPeople(notify, teams).some(
    (key) => key === undefined || entries.get(key)?.contacts?.length !== 0,
  );
}

/** People by key, each once, in the order named; a team means all its members. */
export function expandToPeople<Key extends string | undefined>(
  notify: readonly Key[],
  teams: Readonly<Record<string, { readonly members?: readonly Key[] | undefined } | undefined>>,
): Key[] {
  const members = new Map(Object.entries(teams).map(([key, team]) => [key, team?.members]));
  return [...new Set(notify.flatMap((key) => (key === undefined ? undefined : members.get(key)) ?? [key]))];
}
