import type { CloudFile } from '../../local/cloud-file.ts';
import type { WorkloadRead } from '../../local/workload/definition.ts';
import { clearFault } from '../../local/workload/fault-file.ts';
import type { PlayedModel } from '../../local/workload/played/model.ts';
import { hint } from '../../shared/domain/catalog/nearest.ts';
import { CommandFailed, EXIT } from '../output.ts';
import { bringAbout, playedModel, servicesOf, systemsOf, takeBack, type AlertFault } from './alert-fault.ts';
import {
  CHOICES,
  injectFault,
  PLAYED_CHOICES,
  primaryDeployment,
  requireWorkload,
  type InjectedFault,
} from './service-fault.ts';

/** What a running workload can be told to suffer from. */
export interface Breakable {
  readonly cloud: CloudFile;
  readonly workload: WorkloadRead;
  readonly model: PlayedModel;
  readonly services: readonly string[];
  readonly systems: readonly string[];
}

export function breakable(cloud: CloudFile): Breakable {
  const workload = requireWorkload(cloud);
  const services = workload.services.map(({ service }) => service);
  return {
    cloud,
    workload,
    model: playedModel(workload.playsFile),
    services,
    // The quick start's services are no model's, so its system has no faults by alert.
    systems: workload.playsFile === undefined ? [] : systemsOf(cloud.catalogDir),
  };
}

/** What can be ordered, for whom. */
function choicesFor({ model, services }: Breakable, name: string): string[] {
  const alerts = Object.keys(model.faults);
  const isPlayed = alerts.length > 0;
  if (!services.includes(name)) return [...alerts, 'none'];
  return [...(isPlayed ? PLAYED_CHOICES : CHOICES), ...alerts];
}

/**
 * Breaks a service of a running cloud, or lets a played system show what a rule is about; `none` mends.
 * @throws CommandFailed if there is no such service, system or fault
 */
export function orderFaultOf(
  cloud: CloudFile,
  name: string,
  fault: string,
): Promise<InjectedFault | AlertFault[]> {
  return order(breakable(cloud), name, fault);
}

export async function order(
  from: Breakable,
  name: string,
  fault: string,
): Promise<InjectedFault | AlertFault[]> {
  const { cloud, workload, model, services, systems } = from;
  const isService = services.includes(name);
  if (!isService && !systems.includes(name)) {
    const message = `the workload has no service "${name}"${hint(name, [...services, ...systems])}`;
    throw new CommandFailed(EXIT.cannot, message);
  }
  const choices = choicesFor(from, name);
  if (!choices.includes(fault)) {
    throw new CommandFailed(EXIT.cannot, `no such fault of ${name}: "${fault}"${hint(fault, choices)}`);
  }
  const kind = isService ? CHOICES.find((candidate) => candidate === fault) : undefined;
  if (fault === 'none') {
    for (const service of isService ? [name] : services) clearFault(cloud.faultsDir, service);
    const ended = takeBack(cloud, model, isService ? name : undefined);
    return kind === undefined || ended.length > 0 ? ended : injectFault(cloud, name, kind);
  }
  if (kind !== undefined) return injectFault(cloud, name, kind);
  const clusters = new Map(workload.services.map(({ service, cluster }) => [service, cluster]));
  return [
    await bringAbout(cloud, model, fault, (service) =>
      primaryDeployment(cloud, clusters.get(service) ?? '', service),
    ),
  ];
}

/** Every fault that there is, for `--list`. */
export function listed(from: Breakable) {
  const { model, services, systems } = from;
  return {
    services: services.map((service) => ({
      service,
      faults: choicesFor(from, service).filter((choice) => CHOICES.some((one) => one === choice)),
    })),
    alerts: systems.flatMap((system) =>
      Object.keys(model.faults).map((alert) => ({ system, alert, services: servicesOf(model, alert) })),
    ),
  };
}
