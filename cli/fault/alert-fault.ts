import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudFile } from '../../local/cloud-file.ts';
import { clearOrders, orderFault, readOrders } from '../../local/workload/played/fault-orders.ts';
import type { PlayedModel } from '../../local/workload/played/model.ts';
import { readPlayedModel } from '../../local/workload/played/read-model.ts';

/** Alerts whose faults are on or off now, as `--json` prints it. */
export interface AlertFault {
  readonly alert: string;
  /** Services that suffer. */
  readonly services: readonly string[];
}

/** The systems of a catalog: its folders with a homeostat.yaml. */
export function systemsOf(catalogDir: string): string[] {
  return readdirSync(catalogDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(catalogDir, entry.name, 'homeostat.yaml')))
    .map(({ name }) => name);
}

/**
 * The model by which a workload is played.
 * @throws Error with one line `file:line:col: message` for each problem
 */
export function playedModel(playsFile: string | undefined): PlayedModel {
  return playsFile === undefined
    ? { services: {}, faults: {} }
    : readPlayedModel(readFileSync(playsFile, 'utf8'), playsFile);
}

/**
 * Lets happen what a rule is about.
 * @param deploymentOf the deployment of a service that is to suffer from what a restart heals
 */
export async function bringAbout(
  cloud: CloudFile,
  model: PlayedModel,
  alert: string,
  deploymentOf: (service: string) => Promise<string>,
): Promise<AlertFault> {
  const changes = model.faults[alert] ?? [];
  const healable = changes.filter(({ healedByRestart }) => healedByRestart).map(({ service }) => service);
  const deployments: Record<string, string> = {};
  for (const service of new Set(healable)) deployments[service] = await deploymentOf(service);
  orderFault(cloud.faultsDir, { alert, deployments });
  return { alert, services: servicesOf(model, alert) };
}

/** Takes back the faults of all alerts, or only of those from which one service suffers. */
export function takeBack(cloud: CloudFile, model: PlayedModel, service?: string): AlertFault[] {
  const ordered = readOrders(cloud.faultsDir, () => undefined)
    .map(({ alert }) => ({ alert, services: servicesOf(model, alert) }))
    .filter(({ services }) => service === undefined || services.includes(service));
  clearOrders(cloud.faultsDir, service === undefined ? undefined : ordered.map(({ alert }) => alert));
  return ordered;
}

export function servicesOf(model: PlayedModel, alert: string): string[] {
  return [...new Set((model.faults[alert] ?? []).map(({ service }) => service))];
}
