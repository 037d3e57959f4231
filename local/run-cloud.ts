import { join } from 'node:path';
import { createChaos } from './chaos/chaos.ts';
import { deployAssembly, type DeployedStack } from './cloudformation/deploy-assembly.ts';
import { openDoor } from './door/door.ts';
import { createIam } from './iam/iam.ts';
import { createRights, type Rights, type RightsOptions } from './iam/rights.ts';
import { createSts } from './iam/sts.ts';
import { buildKernel, type CloudKernel, type Connections } from './kernel/build-kernel.ts';
import { openCloudLog, type LogLevel } from './kernel/cloud-log.ts';
import { Endings } from './kernel/endings.ts';
import { gatesInARow } from './kernel/gate.ts';
import type { Kernel } from './kernel/kernel.ts';
import { realClock } from './kernel/real-clock.ts';
import type { Service } from './kernel/service.ts';
import { lockState } from './kernel/state-lock.ts';

export interface RunOptions {
  /** The folder that `cdk synth` wrote. */
  readonly assemblyDir: string;
  /** Where state is kept; absent keeps all in memory. Made if it is not there. */
  readonly stateDir?: string;
  /** 0 or absent: any free port of 127.0.0.1. */
  readonly port?: number;
  /** Default `us-east-1`. */
  readonly region?: string;
  /** `audit` writes down what is not allowed and lets it through; for tests. Default `enforce`. */
  readonly rights?: RightsOptions['mode'];
  /** Is told every line of the cloud's log. */
  readonly log?: Kernel['log'];
  /** Lines below it are left out. Default `info`; `debug` has a line a request. */
  readonly logLevel?: LogLevel;
}

export interface Parts extends Pick<Connections, 'emit' | 'vend'> {
  /** Services that keep things and answer. They start first and end last. */
  readonly keepers: readonly Service[];
  /** Services that act by themselves: they call the keepers, so they start after them and end before the door closes. */
  readonly actors: readonly Service[];
  /** What is to be done between the deployment and the first start. */
  readonly beforeStart?: () => Promise<void>;
}

export interface RunningCloud {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  /** What was deployed: references and outputs by stack. */
  readonly stacks: readonly DeployedStack[];
  /** Who may do what, and in the mode `audit` what was asked for. */
  readonly rights: Pick<Rights, 'policies' | 'requests'>;
  /** The cloud's own log, one JSON object a line; undefined when all is in memory. */
  readonly logFile: string | undefined;
  /** Ends all children and timers and writes what is not on disk. May be called twice. */
  readonly stop: () => Promise<void>;
}

const ACCOUNT_ID = '123456789012';

/**
 * Runs one cloud of the given services: takes the state folder, opens the door, deploys, starts.
 *
 * @throws Error if another cloud has the state folder or the port is taken; DeployError with everything that
 * is wrong with the app. Nothing is left running then.
 */
export async function runCloud(
  options: RunOptions,
  create: (kernel: Kernel) => Promise<Parts>,
): Promise<RunningCloud> {
  const endings = new Endings();
  try {
    const kernel = layGround(options, endings);
    const { clock, log, region, accountId } = kernel;
    const { iam, gate, rights, ...parts } = await connect(kernel, create, options.rights);
    const { keepers, actors, beforeStart, services } = parts;
    endings.addServices(keepers);
    const { roleOf } = iam;
    const door = await openDoor({ ...options, services, roleOf, gate, log, clock });
    const { endpoint } = door;
    endings.add(door.close);
    kernel.listensAt(endpoint);
    endings.addServices(actors);
    const providers = services.flatMap((service) => service.resources ?? []);
    const stacks = await deployAssembly({ assemblyDir: options.assemblyDir, providers, kernel });
    await beforeStart?.();
    for (const service of [...keepers, ...actors]) await service.start?.();
    log('info', 'the cloud is up', { endpoint, region, process: process.pid });
    const logFile = logFileOf(options);
    return { endpoint, region, accountId, stacks, rights, logFile, stop: () => endings.run() };
  } catch (error) {
    await endings.run();
    throw error;
  }
}

/** Lock, log, clock and kernel: what stands before the first service. */
function layGround(options: RunOptions, endings: Endings): CloudKernel {
  const { stateDir, region = 'us-east-1', logLevel = 'info' } = options;
  const clock = realClock();
  if (stateDir !== undefined) endings.add(lockState(stateDir).release);
  const file = logFileOf(options);
  const { log, close } = openCloudLog({
    level: logLevel,
    nowMs: clock.nowMs,
    ...(file === undefined ? {} : { file }),
    ...(options.log === undefined ? {} : { listener: options.log }),
  });
  endings.add(close);
  endings.onFailure((error) => {
    log('error', 'the cloud did not end cleanly', { error });
  });
  const place = { region, accountId: ACCOUNT_ID, clock, log };
  const kernel = buildKernel({ ...place, ...(stateDir === undefined ? {} : { stateDir }) });
  endings.add(kernel.close);
  endings.add(clock.stop);
  return kernel;
}

function logFileOf({ stateDir }: RunOptions): string | undefined {
  return stateDir === undefined ? undefined : join(stateDir, 'cloud.log');
}

async function connect(
  kernel: CloudKernel,
  create: (kernel: Kernel) => Promise<Parts>,
  mode: RightsOptions['mode'] = 'enforce',
) {
  const iam = createIam(kernel);
  const parts = await create(kernel);
  const { emit, vend } = parts;
  const chaos = createChaos(kernel);
  const services = [iam, createSts(kernel), ...parts.keepers, ...parts.actors, chaos.service];
  const rights = createRights({ services, kernel, mode });
  // The first is the outermost: a fault may hit what would be refused, as AWS throttles before it looks at
  // rights, and what is done twice is checked twice.
  const gate = gatesInARow([chaos.gate, rights.gate]);
  const { credentialsFor } = iam;
  kernel.connect({ services, gate, credentialsFor, authorize: rights.authorize, emit, vend });
  return { ...parts, iam, gate, rights, services };
}
