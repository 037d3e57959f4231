import type { Kernel } from '../kernel/kernel.ts';
import type { Service } from '../kernel/service.ts';
import { createAsyncEvents } from './async-events.ts';
import { createDurableEngine } from './durable/durable-engine.ts';
import { durableRoutes } from './durable/durable-routes.ts';
import { createEventInvokeConfigs } from './event-invoke-config.ts';
import { startPoller, type EventSourceMapping, type Queues } from './event-source-mapping.ts';
import { openFunctionLog, type FunctionLogLine } from './function-log.ts';
import { createFunctionRegistry } from './function-registry.ts';
import { invokeFunction, type InvokeAnswer, type InvokeRequest } from './invoke-function.ts';
import { invokeRoutes } from './invoke-routes.ts';
import { createInvoker } from './invoker.ts';
import { createPermissions } from './permissions.ts';
import { lambdaProviders } from './providers.ts';
import { createRuntimeApi } from './runtime-api.ts';
import { createWorkerPool, type RunningProcess } from './worker-pool.ts';

/** The embedded Lambda: a service, and what tests and the cloud need beside it. */
export interface Lambda extends Service {
  readonly processes: () => RunningProcess[];
  /** The Invoke operation without HTTP. Throws AwsError as the API does. */
  readonly invoke: (request: InvokeRequest) => Promise<InvokeAnswer>;
}

export interface LambdaOptions {
  /** Each function's output goes to `<logDir>/<function>.log`. */
  readonly logDir?: string;
  readonly onLog?: (line: FunctionLogLine) => void;
  /** Published versions keep a copy of their code here. */
  readonly codeDir?: string;
  /** Needed only when a template has event source mappings. */
  readonly queues?: Queues;
  /** An environment idle for so long ends. Default 5 min. */
  readonly idleMs?: number;
  /** Before the second and third try of an asynchronous event. Default 1 and 2 min, as on AWS. */
  readonly retryDelaysMs?: readonly number[];
  /** Default 50. */
  readonly maxProcesses?: number;
  /** Before a durable function that crashed is invoked again; doubles each time. Default 0.5 s to 30 s. */
  readonly durableBackOffMs?: { readonly first: number; readonly most: number };
}

const DEFAULTS = {
  idleMs: 300_000,
  retryDelaysMs: [60_000, 120_000],
  maxProcesses: 50,
  // AWS says "exponential backoff" and gives no numbers.
  durableBackOffMs: { first: 500, most: 30_000 },
};

/** Creates the embedded Lambda. Deploy its resources, then call `start`; nothing runs before. */
export function createLambda(kernel: Kernel, given: LambdaOptions = {}): Lambda {
  const options = { ...DEFAULTS, ...given };
  const state = kernel.state('lambda');
  const arnPrefix = `arn:aws:lambda:${kernel.region}:${kernel.accountId}:function:`;
  const registry = createFunctionRegistry(state, { arnPrefix, codeDir: options.codeDir });
  const configs = createEventInvokeConfigs();
  const permissions = createPermissions(kernel.accountId);
  const runtimeApi = createRuntimeApi();
  const log = openFunctionLog({ logDir: options.logDir, onLine: options.onLog });
  const pool = createWorkerPool({ kernel, runtimeApi, log, maxProcesses: options.maxProcesses });
  const invoker = createInvoker(kernel, pool);
  const events = createAsyncEvents({ ...options, kernel, registry, invoker, configs });
  const durable = createDurableEngine({ kernel, registry, invoker, backOffMs: options.durableBackOffMs });
  const deps = { registry, invoker, events, durable };
  const invoke = async (request: InvokeRequest): Promise<InvokeAnswer> => invokeFunction(deps, request);
  const mappings = new Map<string, EventSourceMapping>();
  const ends: (() => void)[] = [];
  pool.onRoom(events.pump);

  const startPollers = (): void => {
    const { queues } = options;
    for (const mapping of mappings.values()) {
      if (!mapping.isEnabled) continue;
      if (queues === undefined) {
        throw new Error(
          `${mapping.functionName} reads ${mapping.queueArn}, but this Lambda was given no queues.`,
        );
      }
      const hasRoom = (name: string): boolean => invoker.hasRoom(registry.resolve(name).config);
      const call = async (functionName: string, payload: string) => invoke({ functionName, payload });
      ends.push(startPoller(mapping, { kernel, queues, hasRoom, invoke: call }).stop);
    }
  };

  return {
    name: 'lambda',
    rest: [...invokeRoutes(registry, invoke), ...durableRoutes(durable, registry)],
    resources: lambdaProviders({
      kernel,
      registry,
      configs,
      permissions,
      onFunction: pool.retire,
      onMapping: (mapping) => void mappings.set(mapping.id, mapping),
    }),
    receive: async (arn, delivery) => {
      permissions.check(arn, delivery);
      await invoke({ functionName: arn, type: 'Event', payload: JSON.stringify(delivery.payload ?? {}) });
    },
    start: async () => {
      await runtimeApi.listen();
      events.start();
      durable.resume();
      startPollers();
      ends.push(
        kernel.clock.every(options.idleMs / 5, () => {
          pool.reapIdle(options.idleMs);
        }),
      );
    },
    stop: async () => {
      for (const end of ends) end();
      events.stop();
      durable.halt();
      await pool.stop();
      await runtimeApi.close();
      await log.close();
    },
    processes: pool.processes,
    invoke,
  };
}
