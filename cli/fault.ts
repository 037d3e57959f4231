import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ECSClient } from '@aws-sdk/client-ecs';
import { InvalidArgumentError } from 'commander';
import { ecsServiceControl } from '../shared/adapters/ecs/service-control.ts';
import { hint } from '../shared/domain/catalog/nearest.ts';
import type { CloudFile } from '../local/cloud-file.ts';
import { loadWorkload } from '../local/workload/definition.ts';
import { FAULT_KINDS, clearFault, writeFault } from '../local/workload/fault-file.ts';
import { CommandFailed, EXIT, answer } from './output.ts';
import { JSON_OPTION, examples } from './program.ts';
import type { AddCommand } from './program.ts';
import { STATE_OPTION, clientSettings, requireCloud } from './running-cloud.ts';

const CHOICES = [...FAULT_KINDS, 'none'] as const;
type Choice = (typeof CHOICES)[number];

/** What was done, as `--json` prints it. */
export interface InjectedFault {
  readonly service: string;
  readonly fault: Choice;
  /** The deployment that suffers; null when the fault does not end with a deployment. */
  readonly deploymentId: string | null;
}

const MEANING: Readonly<Record<Choice, string>> = {
  crash: 'its process exits, and so does every new task, until a new deployment',
  hang: 'it accepts connections and never answers, until a new deployment',
  errors: 'most of its requests answer 500, until a new deployment',
  slow: 'each request takes 2 to 3 s; a new deployment does not help, `none` does',
  none: 'it works again',
};

/**
 * Breaks (or mends) one service of the workload of a running cloud.
 *
 * `slow` is bound to no deployment, the others to the one that is PRIMARY now, so that a restart heals them.
 *
 * @throws CommandFailed if the workload has no such service
 */
export async function injectFault(cloud: CloudFile, service: string, fault: Choice): Promise<InjectedFault> {
  const cluster = requireService(cloud, service);
  if (fault === 'none') clearFault(cloud.faultsDir, service);
  const deploymentId =
    fault === 'none' || fault === 'slow' ? null : await primaryDeployment(cloud, cluster, service);
  if (fault !== 'none') writeFault(cloud.faultsDir, service, { fault, deploymentId });
  return { service, fault, deploymentId };
}

/** The cluster of a service of the workload. */
function requireService(cloud: CloudFile, service: string): string {
  const file = join(cloud.catalogDir, 'workload.yaml');
  if (!existsSync(file)) {
    throw new CommandFailed(
      EXIT.cannot,
      `${cloud.catalogDir} has no workload.yaml, so nothing of it runs here.`,
    );
  }
  const services = loadWorkload(file, {});
  const found = services.find((candidate) => candidate.service === service);
  if (found !== undefined) return found.cluster;
  const names = services.map((candidate) => candidate.service);
  throw new CommandFailed(EXIT.cannot, `the workload has no service "${service}"${hint(service, names)}`);
}

async function primaryDeployment(cloud: CloudFile, cluster: string, service: string): Promise<string> {
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

function parseChoice(text: string): Choice {
  const choice = CHOICES.find((candidate) => candidate === text);
  if (choice === undefined) throw new InvalidArgumentError(`No such fault${hint(text, CHOICES)}`);
  return choice;
}

export const addFault: AddCommand = (program, terminal) => {
  program
    .command('fault')
    .description('break a service of the running workload on demand')
    .argument('<service>', 'its name in workload.yaml')
    .argument('<fault>', CHOICES.join(', '), parseChoice)
    .option(...STATE_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(...CHOICES.map((choice) => [`homeostat fault inventory ${choice}`, MEANING[choice]] as const)),
    )
    .action(async (service: string, fault: Choice, options: { state: string; json?: boolean }) => {
      const done = await injectFault(requireCloud(options.state), service, fault);
      answer(terminal, options.json === true, done, () => [
        `${service}: ${fault}. From now ${MEANING[fault]}.`,
      ]);
    });
};
