import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ecsServiceControl } from '../shared/adapters/ecs/service-control.ts';
import { hint } from '../shared/domain/catalog/nearest.ts';
import type { CloudFile } from '../local/cloud-file.ts';
import { loadWorkload, type WorkloadRead } from '../local/workload/definition.ts';
import { FAULT_KINDS, clearFault, writeFault } from '../local/workload/fault-file.ts';
import type { PlayedModel } from '../local/workload/played/model.ts';
import { bringAbout, playedModel, servicesOf, systemsOf, takeBack } from './alert-fault.ts';
import type { AlertFault } from './alert-fault.ts';
import { CommandFailed, EXIT, answer, table } from './output.ts';
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

/** A played service has no requests that could fail or be slow. */
const PLAYED_CHOICES: readonly Choice[] = ['crash', 'hang', 'none'];

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

function requireWorkload(cloud: CloudFile): WorkloadRead {
  const file = join(cloud.catalogDir, 'workload.yaml');
  if (existsSync(file)) return loadWorkload(file, {});
  throw new CommandFailed(
    EXIT.cannot,
    `${cloud.catalogDir} has no workload.yaml, so nothing of it runs here.`,
  );
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

/** What a running workload can be told to suffer from. */
interface Breakable {
  readonly cloud: CloudFile;
  readonly workload: WorkloadRead;
  readonly model: PlayedModel;
  readonly services: readonly string[];
  readonly systems: readonly string[];
}

function breakable(cloud: CloudFile): Breakable {
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

async function order(from: Breakable, name: string, fault: string): Promise<InjectedFault | AlertFault[]> {
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

function told(name: string, fault: string, done: InjectedFault | readonly AlertFault[]): string[] {
  if ('deploymentId' in done) return [`${name}: ${done.fault}. From now ${MEANING[done.fault]}.`];
  if (fault !== 'none')
    return done.map(
      ({ alert, services }) =>
        `${name}: ${alert}. From now ${services.join(', ')} shows what the rule is about; \`homeostat fault ${name} none\` ends it.`,
    );
  return done.length === 0
    ? [`${name}: nothing was on.`]
    : [`${name}: none. Over: ${done.map(({ alert }) => alert).join(', ')}.`];
}

/** Every fault that there is, for `--list`. */
function listed(from: Breakable) {
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

export const addFault: AddCommand = (program, terminal) => {
  program
    .command('fault')
    .description('break a service of the running workload on demand, or bring an alert about')
    .argument('[name]', 'a service in workload.yaml, or a played system')
    .argument('[fault]', `${CHOICES.join(', ')}; or the name of an alert`)
    .option('--list', 'tell what there is to choose from')
    .option(...STATE_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        ...CHOICES.map((choice) => [`homeostat fault inventory ${choice}`, MEANING[choice]] as const),
        ['homeostat fault qbm-ai HighErrorRate', 'a played system shows what this rule is about'],
        ['homeostat fault qbm-ai none', 'all is well again'],
        ['homeostat fault --list', 'every fault of the catalog that runs'],
      ),
    )
    .action(async (name: string | undefined, fault: string | undefined, options: FaultOptions) => {
      const from = breakable(requireCloud(options.state));
      const isJson = options.json === true;
      if (options.list === true) {
        answer(terminal, isJson, listed(from), ({ services, alerts }) => [
          ...table(services.map(({ service, faults }) => [service, faults.join(', ')])),
          ...table(alerts.map(({ system, alert, services: suffer }) => [system, alert, suffer.join(', ')])),
        ]);
        return;
      }
      if (name === undefined || fault === undefined) {
        const message = 'expected a service (or system) and a fault; `homeostat fault --list` shows both';
        throw new CommandFailed(EXIT.cannot, message);
      }
      const done = await order(from, name, fault);
      answer(terminal, isJson, done, () => told(name, fault, done));
    });
};

interface FaultOptions {
  readonly state: string;
  readonly list?: boolean;
  readonly json?: boolean;
}
