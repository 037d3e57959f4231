import { checkNames } from './check-organization.ts';
import { hint } from './nearest.ts';
import { caution, failure, type Finding } from './problem.ts';
import type { Salvaged } from './salvage.ts';
import type { SystemFile } from './schema/system.ts';

type SoundSystem = Salvaged<SystemFile>;
type SoundRecovery = Salvaged<SystemFile['recoveries'][string]>;

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
export function checkRecoveries(sound: SoundSystem, context: RecoveryContext): Finding[] {
  return Object.entries(sound.recoveries ?? {}).flatMap(([name, recovery]) =>
    recovery === undefined
      ? []
      : checkMatch(name, recovery, context).concat(checkActions(name, recovery, sound, context)),
  );
}

function checkMatch(name: string, { match }: SoundRecovery, context: RecoveryContext): Finding[] {
  return Object.entries(match ?? {}).flatMap(([label, values]) => {
    const path = ['recoveries', name, 'match', label];
    if (SERVICE_LABELS.includes(label)) return checkNames(path, values, context.services, 'service');
    if (label !== 'alertname' || context.alerts === undefined) return [];
    return checkNames(path, values, context.alerts, 'alert');
  });
}

function checkActions(
  name: string,
  recovery: SoundRecovery,
  { services = {} }: SoundSystem,
  context: RecoveryContext,
): Finding[] {
  // A service whose `ecs` is broken has the key all the same.
  const withoutEcs = Object.entries(services).flatMap(([key, service]) =>
    service === undefined || 'ecs' in service ? [] : [key],
  );
  const matched = SERVICE_LABELS.flatMap((label) => recovery.match?.[label] ?? []);
  return (recovery.actions ?? []).flatMap((action, index) => {
    const path = ['recoveries', name, 'actions', index];
    const service = action?.service;
    if (service !== undefined && !context.services.has(service)) {
      return [failure([...path, 'service'], `no service "${service}"${hint(service, context.services)}`)];
    }
    const verb = action?.action ?? 'this action';
    const named = service === undefined ? matched : [service];
    if (named.length > 0 || withoutEcs.length === context.services.size) {
      const targets = named.length > 0 ? withoutEcs.filter((target) => named.includes(target)) : withoutEcs;
      return targets.map((target) => failure(path, ecsMissing(verb, target)));
    }
    if (withoutEcs.length === 0) return [];
    const message = `${verb} cannot act on ${withoutEcs.join(', ')} (no "ecs"): their alerts go to people at once`;
    return [caution(path, message)];
  });
}

function ecsMissing(action: string, service: string): string {
  return `${action} needs to know what runs "${service}"; add "ecs: {cluster, service}" to services.${service}`;
}
