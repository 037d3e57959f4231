import { checkNames, type OrganizationNames } from './check-organization.ts';
import { dependencyCycles } from './depends-on.ts';
import { formatDurationS } from './duration.ts';
import { didYouMean, hint } from './nearest.ts';
import { failure, type Finding } from './problem.ts';
import type { Salvaged } from './salvage.ts';
import type { SystemFile } from './schema/system.ts';

export interface SystemNames {
  /** The folder, which is the system's name. */
  readonly folder: string;
  /** Undefined if there is no `organization.yaml` to hold names against. */
  readonly organization: OrganizationNames | undefined;
  readonly services: ReadonlySet<string>;
}

/** Holds one `homeostat.yaml`, apart from rules and recoveries, against what it names. */
export function checkSystem(sound: Salvaged<SystemFile>, names: SystemNames): Finding[] {
  const findings: Finding[] = [];
  if (sound.system !== undefined && sound.system !== names.folder) {
    const message = `found "${sound.system}", expected "${names.folder}", the name of its folder`;
    findings.push(failure(['system'], message));
  }
  findings.push(...checkOwner(['owner'], sound.owner, names));
  const { every, timeout } = sound.collection ?? {};
  if (every !== undefined && timeout !== undefined && timeout > every) {
    const message = `found ${formatDurationS(timeout)}, expected at most "every" (${formatDurationS(every)})`;
    findings.push(failure(['collection', 'timeout'], message));
  }
  return [...findings, ...checkServices(sound, names)];
}

function checkServices({ services = {} }: Salvaged<SystemFile>, names: SystemNames): Finding[] {
  const findings = Object.entries(services).flatMap(([key, service]) => {
    if (service === undefined) return [];
    const path = ['services', key];
    const found = checkOwner([...path, 'owner'], service.owner, names);
    found.push(...checkNames([...path, 'dependsOn'], service.dependsOn, names.services, 'service'));
    if (service.scrape?.kind === 'tasks' && !('ecs' in service)) {
      const message = `"tasks" needs to know the ECS service; add "ecs: {cluster, service}" to "${key}"`;
      found.push(failure([...path, 'scrape', 'tasks'], message, 'key'));
    }
    return found;
  });
  const needs = new Map(
    Object.entries(services).map(([key, service]) => [key, (service?.dependsOn ?? []).map(String)]),
  );
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
