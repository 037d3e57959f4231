import { hint } from './nearest.ts';
import { caution, failure, type Finding } from './problem.ts';
import type { SystemFile } from './schema/system.ts';

type RecoveryEntry = SystemFile['recoveries'][string];

/** What recoveries refer to. */
export interface RecoveryContext {
  /** Every service key of the file, also of broken entries. */
  readonly services: ReadonlySet<string>;
  /** The alerts of the rule files; undefined if a rule file could not be read. */
  readonly alerts: ReadonlySet<string> | undefined;
}

/** Labels whose value is a service's key: `service` from a rule, `job` from the scrape. */
const SERVICE_LABELS = ['service', 'job'];

/** Holds recoveries against services and alerts: one that names what is not there would never act. */
export function checkRecoveries(sections: Partial<SystemFile>, context: RecoveryContext): Finding[] {
  return Object.entries(sections.recoveries ?? {}).flatMap(([name, recovery]) =>
    checkMatch(name, recovery, context).concat(checkActions(name, recovery, sections, context)),
  );
}

function checkMatch(name: string, { match }: RecoveryEntry, context: RecoveryContext): Finding[] {
  return Object.entries(match).flatMap(([label, values]) => {
    const known = SERVICE_LABELS.includes(label)
      ? context.services
      : label === 'alertname'
        ? context.alerts
        : undefined;
    const noun = label === 'alertname' ? 'alert' : 'service';
    if (known === undefined) return [];
    return values.flatMap((value, index) => {
      if (known.has(value)) return [];
      return [
        failure(['recoveries', name, 'match', label, index], `no ${noun} "${value}"${hint(value, known)}`),
      ];
    });
  });
}

function checkActions(
  name: string,
  recovery: RecoveryEntry,
  { services = {} }: Partial<SystemFile>,
  context: RecoveryContext,
): Finding[] {
  const withoutEcs = Object.keys(services).filter((service) => services[service]?.ecs === undefined);
  const matched = SERVICE_LABELS.flatMap((label) => recovery.match[label] ?? []);
  return recovery.actions.flatMap(({ action, service }, index) => {
    const path = ['recoveries', name, 'actions', index];
    if (service !== undefined && !context.services.has(service)) {
      return [failure([...path, 'service'], `no service "${service}"${hint(service, context.services)}`)];
    }
    const named = service === undefined ? matched : [service];
    if (named.length > 0 || withoutEcs.length === context.services.size) {
      const targets = named.length > 0 ? withoutEcs.filter((target) => named.includes(target)) : withoutEcs;
      return targets.map((target) => failure(path, ecsMissing(action, target)));
    }
    if (withoutEcs.length === 0) return [];
    const message = `${action} cannot act on ${withoutEcs.join(', ')} (no "ecs"): their alerts go to people at once`;
    return [caution(path, message)];
  });
}

function ecsMissing(action: string, service: string): string {
  return `${action} needs to know what runs "${service}"; add "ecs: {cluster, service}" to services.${service}`;
}
