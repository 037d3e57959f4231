import { checkNames, type OrganizationNames } from './check-organization.ts';
import { dependencyCycles } from './depends-on.ts';
import { formatDurationS } from './duration.ts';
import { didYouMean, hint } from './nearest.ts';
import { failure, type Finding } from './problem.ts';
import type { SystemFile } from './schema/system.ts';

export interface SystemNames {
  /** The folder, which is the system's name. */
  readonly folder: string;
  /** Undefined if there is no `organization.yaml` to hold names against. */
  readonly organization: OrganizationNames | undefined;
  readonly services: ReadonlySet<string>;
}

/** Holds one `homeostat.yaml`, apart from rules and recoveries, against what it names. */
export function checkSystem(sections: Partial<SystemFile>, names: SystemNames): Finding[] {
  const findings: Finding[] = [];
  if (sections.system !== undefined && sections.system !== names.folder) {
    const message = `found "${sections.system}", expected "${names.folder}", the name of its folder`;
    findings.push(failure(['system'], message));
  }
  findings.push(...checkOwner(['owner'], sections.owner, names));
  const { collection } = sections;
  if (collection !== undefined && collection.timeout > collection.every) {
    const every = formatDurationS(collection.every);
    const message = `found ${formatDurationS(collection.timeout)}, expected at most "every" (${every})`;
    findings.push(failure(['collection', 'timeout'], message));
  }
  return [...findings, ...checkServices(sections, names)];
}

function checkServices({ services = {} }: Partial<SystemFile>, names: SystemNames): Finding[] {
  const findings = Object.entries(services).flatMap(([key, service]) => {
    const path = ['services', key];
    const found = checkOwner([...path, 'owner'], service.owner, names);
    found.push(...checkNames([...path, 'dependsOn'], service.dependsOn, names.services, 'service'));
    if (service.scrape?.kind === 'tasks' && service.ecs === undefined) {
      const message = `"tasks" needs to know the ECS service; add "ecs: {cluster, service}" to "${key}"`;
      found.push(failure([...path, 'scrape', 'tasks'], message, 'key'));
    }
    return found;
  });
  const needs = new Map(Object.entries(services).map(([key, { dependsOn }]) => [key, dependsOn]));
  for (const cycle of dependencyCycles(needs)) {
    const [first = '', second = ''] = cycle;
    const index = needs.get(first)?.indexOf(second) ?? 0;
    const message = `services depend on each other in a circle: ${cycle.join(' -> ')}`;
    findings.push(failure(['services', first, 'dependsOn', index], message));
  }
  return findings;
}

function checkOwner(path: Finding['path'], owner: string | undefined, names: SystemNames): Finding[] {
  const { organization } = names;
  if (owner === undefined || organization === undefined || organization.teams.has(owner)) return [];
  if (organization.people.has(owner)) {
    const message = `"${owner}" is a person; expected a team${didYouMean(owner, organization.teams)}`;
    return [failure(path, message)];
  }
  return [failure(path, `no team "${owner}"${hint(owner, organization.teams)}`)];
}
