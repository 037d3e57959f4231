import { hint } from './nearest.ts';
import { failure, type Finding } from './problem.ts';
import type { OrganizationFile } from './schema/organization.ts';

/** Every name that the catalog defines, sound or not, so that a reference to a broken entry is not called dangling. */
export interface OrganizationNames {
  readonly people: ReadonlySet<string>;
  readonly teams: ReadonlySet<string>;
}

/**
 * Holds the references of `organization.yaml` against what they name, and sees that every step of the
 * escalation reaches somebody.
 *
 * @param systems the names of all systems of the catalog
 */
export function checkOrganization(
  sections: Partial<OrganizationFile>,
  names: OrganizationNames,
  systems: ReadonlySet<string>,
): Finding[] {
  const shared = [...names.teams]
    .filter((team) => names.people.has(team))
    .map((team) =>
      failure(['teams', team], `"${team}" is a person too; people and teams share one set of keys`, 'key'),
    );
  const teams = Object.entries(sections.teams ?? {}).flatMap(([team, { members, subscriptions }]) => {
    const path = ['teams', team];
    const known = subscriptions.flatMap(({ filter }, index) =>
      checkNames(
        [...path, 'subscriptions', index, 'filter', 'system'],
        filter.system ?? [],
        systems,
        'system',
      ),
    );
    return known.concat(checkNames([...path, 'members'], members, names.people, 'person'));
  });
  return [...shared, ...teams, ...checkLevels(sections, names)];
}

/** A finding for each name of a list that is not known. */
export function checkNames(
  path: Finding['path'],
  listed: readonly string[],
  known: ReadonlySet<string>,
  noun: string,
): Finding[] {
  return listed.flatMap((name, index) =>
    known.has(name) ? [] : [failure([...path, index], `no ${noun} "${name}"${hint(name, known)}`)],
  );
}

function checkLevels(sections: Partial<OrganizationFile>, names: OrganizationNames): Finding[] {
  const keys = new Set([...names.people, ...names.teams]);
  return (sections.escalation?.levels ?? []).flatMap((level, index) => {
    const path = ['escalation', 'levels', index];
    const findings = checkNames([...path, 'notify'], level.notify, keys, 'person or team');
    if (index === 0 && (level.after ?? 0) > 0) {
      findings.push(failure([...path, 'after'], 'the first level is paged at once; expected no "after"'));
    }
    if (index > 0 && level.after === undefined) {
      findings.push(failure(path, '"after" is missing; expected how long to wait after the level before'));
    }
    if (findings.length === 0 && !reachesSomebody(level.notify, sections)) {
      const who = level.notify.join(', ');
      findings.push(
        failure([...path, 'notify'], `reaches nobody: ${who} has no contact; add one to a person`),
      );
    }
    return findings;
  });
}

/** True also where an entry is broken and cannot be judged: that is told already. */
function reachesSomebody(notify: readonly string[], { people, teams }: Partial<OrganizationFile>): boolean {
  if (people === undefined || teams === undefined) return true;
  const entries = new Map(Object.entries(people));
  return expandToPeople(notify, teams).some((key) => entries.get(key)?.contacts.length !== 0);
}

/** People by key, each once, in the order named; a team means all its members. */
export function expandToPeople(
  notify: readonly string[],
  teams: Readonly<Record<string, { readonly members: readonly string[] }>>,
): string[] {
  const entries = new Map(Object.entries(teams));
  return [...new Set(notify.flatMap((key) => entries.get(key)?.members ?? [key]))];
}
