import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ecsServiceControl } from '../../shared/adapters/ecs/service-control.ts';
import { hint } from '../../shared/domain/catalog/nearest.ts';
import type { CloudFile } from '../../local/cloud-file.ts';
import { loadWorkload, type WorkloadRead } from '../../local/workload/definition.ts';
import { FAULT_KINDS, clearFault, writeFault } from '../../local/workload/fault-file.ts';
import { CommandFailed, EXIT } from '../output.ts';
import { clientSettings } from '../running-cloud.ts';

export const CHOICES = [...FAULT_KINDS, 'none'] as const;
export type Choice = (typeof CHOICES)[number];

/** What was done, as `--json` prints it. */
export interface InjectedFault {
  readonly service: string;
  readonly fault: Choice;
  /** The deployment that suffers; null when the fault does not end with a deployment. */
  readonly deploymentId: string | null;
}

export const MEANING: Readonly<Record<Choice, string>> = {
  crash: 'its process exits, and so does every new task, until a new deployment',
  hang: 'it accepts connections and never answers, until a new deployment',
  errors: 'most of its requests answer 500, until a new deployment',
  slow: 'each request takes 2 to 3 s; a new deployment does not help, `none` does',
  none: 'it works again',
};

/** A played service has no requests that could fail or be slow. */
export const PLAYED_CHOICES: readonly Choice[] = ['crash', 'hang', 'none'];

/**
 * Breaks (or mends) one service of the workload of a running cloud.
 *
 * `slow` is bound to no deployment, the others to the one that is PRIMARY now, so that a restart heals them.
 *
 * @throws CommandFailed if the workload has no such service
 */
export async function injectFault(cloud: CloudFile, service: string, fault: Choice): Promise<InjectedFault> {
  const { services } = requireWorkload(cloud);
  const found = services.find((candidate) => candidate.service === service);
  if (found === undefined) {
    const names = services.map((candidate) => candidate.service);
    throw new CommandFailed(EXIT.cannot, `the workload has no service "${service}"${hint(service, names)}`);
  }
  if (fault === 'none') clearFault(cloud.faultsDir, service);
  const deploymentId =
    fault === 'none' || fault === 'slow' ? null : await primaryDeployment(cloud, found.cluster, service);
  if (fault !== 'none') writeFault(cloud.faultsDir, service, { fault, deploymentId });
  return { service, fault, deploymentId };
}

export function requireWorkload(cloud: CloudFile): WorkloadRead {
  const file = join(cloud.catalogDir, 'workload.yaml');
  if (existsSync(file)) return loadWorkload(file, {});
  throw new CommandFailed(
    EXIT.cannot,
    `${cloud.catalogDir} has no workload.yaml, so nothing of it runs here.`,
  );
}

export async function primaryDeployment(cloud: CloudFile, cluster: string, service: string): Promise<string> {
  const ecs = new ECSClient(clientSettings(cloud));
  try {
    const deployments = await ecsServiceControl(ecs).deployments(cluster, service);
    const primary = deployments.find((deployment) => deployment.isPrimary);
    if (primary !== undefined) return primary.id;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailed(EXIT.cannot, `the cloud at ${cloud.endpoint} did not answer: ${reason}`, {
      cause: error,
    });
  } finally {
    ecs.destroy();
  }
  throw new CommandFailed(EXIT.cannot, `the service "${service}" does not run in cluster "${cluster}" now.`);
}
