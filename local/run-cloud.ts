import { join } from 'node:path';
import { deployAssembly, type DeployedStack } from './cloudformation/deploy-assembly.ts';
import { openDoor } from './door/door.ts';
import { createIdentity } from './identity/identity.ts';
import { buildKernel, type Connections } from './kernel/build-kernel.ts';
import { openCloudLog, type LogLevel } from './kernel/cloud-log.ts';
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
}

export interface RunningCloud {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  /** What was deployed: references and outputs by stack. */
  readonly stacks: readonly DeployedStack[];
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
  const { stateDir, region = 'us-east-1' } = options;
  const endings = new Endings();
  try {
    const clock = realClock();
    if (stateDir !== undefined) endings.add(lockState(stateDir).release);
    const logFile = stateDir === undefined ? undefined : join(stateDir, 'cloud.log');
    const { log, close: closeLog } = openCloudLog({
      level: options.logLevel ?? 'info',
      nowMs: clock.nowMs,
      ...(logFile === undefined ? {} : { file: logFile }),
      ...(options.log === undefined ? {} : { listener: options.log }),
    });
    endings.add(closeLog);
    endings.onFailure((error) => {
      log('error', 'the cloud did not end cleanly', { reason: String(error) });
    });
    const place = { region, accountId: ACCOUNT_ID, clock, log };
    const kernel = buildKernel({ ...place, ...(stateDir === undefined ? {} : { stateDir }) });
    endings.add(kernel.close);
    endings.add(clock.stop);
    const { identity, keepers, actors, services } = await connect(kernel, create);
    endings.addServices(keepers);
    const door = await openDoor({ ...options, services, principalOf: identity.principalOf, log, clock });
    endings.add(door.close);
    kernel.listensAt(door.endpoint);
    endings.addServices(actors);
    const providers = services.flatMap((service) => service.resources ?? []);
    const stacks = await deployAssembly({ assemblyDir: options.assemblyDir, providers, kernel });
    for (const service of [...keepers, ...actors]) await service.start?.();
    log('info', 'the cloud is up', { endpoint: door.endpoint, region, process: process.pid });
    return {
      endpoint: door.endpoint,
      region,
      accountId: ACCOUNT_ID,
      stacks,
      logFile,
      stop: () => endings.run(),
    };
  } catch (error) {
    await endings.run();
    throw error;
  }
}

async function connect(kernel: ReturnType<typeof buildKernel>, create: (kernel: Kernel) => Promise<Parts>) {
  const identity = createIdentity(kernel);
  const { keepers, actors, emit, vend } = await create(kernel);
  const services = [identity, ...keepers, ...actors];
  kernel.connect({ services, credentialsFor: identity.credentialsFor, emit, vend });
  return { identity, keepers, actors, services };
}

/** What must be ended, last first. One that fails does not keep the others from ending. */
class Endings {
  private readonly steps: (() => void | Promise<void>)[] = [];
  private report: (error: unknown) => void = () => undefined;
  private running: Promise<void> | undefined;

  add(step: () => void | Promise<void>): void {
    this.steps.push(step);
  }

  addServices(services: readonly Service[]): void {
    for (const service of services) this.add(async () => service.stop?.());
  }

  onFailure(report: (error: unknown) => void): void {
    this.report = report;
  }

  run(): Promise<void> {
    this.running ??= this.runAll();
    return this.running;
  }

  private async runAll(): Promise<void> {
    for (const step of this.steps.toReversed()) {
      try {
        await step();
      } catch (error) {
        this.report(error);
      }
    }
  }
}
