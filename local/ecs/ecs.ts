import type { Kernel } from '../kernel/kernel.ts';
import type { Service } from '../kernel/service.ts';
import { openEcsStore } from './ecs-store.ts';
import { openLoadBalancer, type LoadBalancer } from './load-balancer.ts';
import { namesIn } from './names.ts';
import { ecsNeeds } from './needs.ts';
import { ecsOperations } from './operations.ts';
import { acceptsConnections, findFreePort } from './ports.ts';
import type { ServiceDefinition } from './records.ts';
import { Supervisor, type SupervisorDeps } from './supervisor.ts';
import { launchTask } from './task-process.ts';
import type { Machine } from './task-run.ts';

export interface EcsOptions {
  /** Logs of tasks are `<logFolder>/<cluster>/<service>.log`; nowhere if not given. */
  readonly logFolder?: string;
  /** SIGKILL so long after SIGTERM. ECS: 30 s. */
  readonly stopTimeoutMs?: number;
  /** A task that takes no connections after so long has failed to start. */
  readonly startTimeoutMs?: number;
  /** The machine that runs the tasks; this one if not given. */
  readonly machine?: Machine;
}

/** ECS services of the owner's as real child processes of this machine. */
export interface Ecs extends Service {
  /**
   * Defines a service and opens its port. Its tasks run from {@link Service.start} on. Count and deployment
   * of an earlier run are taken up, unless the definition now says another count.
   *
   * @throws Error if it is defined already or its port cannot be listened on
   */
  readonly defineService: (definition: ServiceDefinition) => Promise<void>;
}

const THIS_MACHINE: Machine = { launch: launchTask, findFreePort, acceptsConnections, openLoadBalancer };
const STOP_TIMEOUT_MS = 5_000;
const START_TIMEOUT_MS = 30_000;

export function createEcs(kernel: Kernel, options: EcsOptions = {}): Ecs {
  const names = namesIn(kernel);
  const machine = options.machine ?? THIS_MACHINE;
  const supervisors = new Map<string, Supervisor>();
  const balancers: LoadBalancer[] = [];
  let isStarted = false;
  const deps: SupervisorDeps = {
    kernel,
    names,
    clock: kernel.clock,
    store: openEcsStore(kernel.state('ecs')),
    machine,
    takenPorts: new Set(),
    stopTimeoutMs: options.stopTimeoutMs ?? STOP_TIMEOUT_MS,
    startTimeoutMs: options.startTimeoutMs ?? START_TIMEOUT_MS,
    ...(options.logFolder === undefined ? {} : { logFolder: options.logFolder }),
  };
  return {
    name: 'ecs',
    rpc: {
      targetPrefix: 'AmazonEC2ContainerServiceV20141113',
      jsonVersion: '1.1',
      operations: ecsOperations({ names, supervisors: () => [...supervisors.values()] }),
    },
    needs: ecsNeeds(names),
    defineService: async (definition) => {
      const key = `${definition.cluster}/${definition.service}`;
      if (supervisors.has(key))
        throw new Error(`ECS service ${key} is defined twice; remove one definition.`);
      const supervisor = new Supervisor(definition, deps);
      supervisors.set(key, supervisor);
      if (definition.port !== undefined) {
        balancers.push(await machine.openLoadBalancer(definition.port, () => supervisor.servingPorts()));
      }
      if (isStarted) supervisor.start();
    },
    start: () => {
      isStarted = true;
      for (const supervisor of supervisors.values()) supervisor.start();
    },
    stop: async () => {
      isStarted = false;
      await Promise.all([...supervisors.values()].map((supervisor) => supervisor.shutDown()));
      await Promise.all(balancers.map((balancer) => balancer.close()));
    },
  };
}
