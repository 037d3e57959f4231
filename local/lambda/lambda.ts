import type { Kernel } from '../kernel/kernel.ts';
import type { Service } from '../kernel/service.ts';
import { AsyncEvents } from './async-events.ts';
import { DurableEngine } from './durable/durable-engine.ts';
import { durableRoutes } from './durable/durable-routes.ts';
import { createEventInvokeConfigs } from './event-invoke-config.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';
import { openFunctionLog, type FunctionLogLine } from './function-log.ts';
import { FunctionRegistry } from './function-registry.ts';
import { invokeFunction, type InvokeAnswer, type InvokeRequest } from './invoke-function.ts';
import { invokeRoutes } from './invoke-routes.ts';
import { createInvoker } from './invoker.ts';
import { mappingRoutes } from './mapping-routes.ts';
import { lambdaNeeds, needsToInvoke } from './needs.ts';
import { createPermissions } from './permissions.ts';
import { lambdaProviders } from './providers.ts';
import { QueuePoller, type Queues } from './queue-poller.ts';
import { queuesAsRole } from './queues-as-role.ts';
import { createRuntimeApi } from './runtime-api.ts';
import { WorkerPool, type RunningProcess } from './worker-pool.ts';

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
  /** So long may a process take until it asks for its first event. AWS allows 10 s; default 30 s. */
  readonly initTimeoutMs?: number;
  /** So many asynchronous events of one function run at once. Default 2; on AWS as many as there is concurrency. */
  readonly asyncAtOnce?: number;
  /** Every so many-th asynchronous event is run twice, as AWS may. Default never. */
  readonly duplicateEvery?: number;
  /** So many operations are in one page of an execution's state. Default 1000. */
  readonly durablePageItems?: number;
  /** Before a durable function that crashed is invoked again; doubles each time. Default 0.5 s to 30 s. */
  readonly durableBackOffMs?: { readonly first: number; readonly most: number };
}

type Settings = LambdaOptions &
  Required<
    Pick<
      LambdaOptions,
      | 'idleMs'
      | 'retryDelaysMs'
      | 'maxProcesses'
      | 'initTimeoutMs'
      | 'asyncAtOnce'
      | 'duplicateEvery'
      | 'durableBackOffMs'
    >
  >;

const DEFAULTS = {
  idleMs: 300_000,
  retryDelaysMs: [60_000, 120_000],
  maxProcesses: 50,
  // A laptop that starts a dozen processes at once gets more than AWS' 10 s.
  initTimeoutMs: 30_000,
  // AWS scales further and faster; a laptop that starts fifty processes for a burst is busy with nothing else.
  asyncAtOnce: 2,
  duplicateEvery: Infinity,
  // AWS says "exponential backoff" and gives no numbers.
  durableBackOffMs: { first: 500, most: 30_000 },
};

/** Creates the embedded Lambda. Deploy its resources, then call `start`; nothing runs before. */
export function createLambda(kernel: Kernel, options: LambdaOptions = {}): Lambda {
  return new EmbeddedLambda(kernel, { ...DEFAULTS, ...options });
}

class EmbeddedLambda implements Lambda {
  readonly name = 'lambda';
  readonly rest: NonNullable<Service['rest']>;
  readonly resources: NonNullable<Service['resources']>;
  readonly needs: NonNullable<Service['needs']>;
  readonly needsToReceive = needsToInvoke;
  readonly policies: NonNullable<Service['policies']>;
  readonly #kernel: Kernel;
  readonly #options: Settings;
  readonly #parts: ReturnType<typeof buildParts>;
  readonly #mappings = new Map<string, EventSourceMapping>();
  readonly #ends: (() => void)[] = [];

  constructor(kernel: Kernel, options: Settings) {
    this.#kernel = kernel;
    this.#options = options;
    this.#parts = buildParts(kernel, options);
    const { registry, durable, permissions, pool } = this.#parts;
    this.rest = [
      ...invokeRoutes(registry, this.invoke),
      ...mappingRoutes(this.#mappings, functionArnPrefix(kernel)),
      ...durableRoutes(durable, registry),
    ];
    this.needs = lambdaNeeds(kernel, (callbackId) => durable.store.byCallback(callbackId)?.arn);
    this.policies = permissions.policies;
    this.resources = lambdaProviders({
      ...this.#parts,
      kernel,
      queues: options.queues,
      onFunction: (config) => {
        pool.retire(config);
      },
      onMapping: (mapping) => void this.#mappings.set(mapping.id, mapping),
    });
  }

  readonly invoke = async (request: InvokeRequest): Promise<InvokeAnswer> =>
    invokeFunction(this.#parts, request);

  readonly receive: NonNullable<Service['receive']> = async (arn, delivery) => {
    await this.invoke({ functionName: arn, type: 'Event', payload: JSON.stringify(delivery.payload ?? {}) });
  };

  readonly processes = (): RunningProcess[] => this.#parts.pool.processes();

  readonly start = async (): Promise<void> => {
    const { runtimeApi, events, durable, pool } = this.#parts;
    const { idleMs } = this.#options;
    await runtimeApi.listen();
    events.start();
    durable.resume();
    for (const mapping of this.#mappings.values()) if (mapping.isEnabled) this.#poll(mapping);
    const reap = (): void => {
      pool.reapIdle(idleMs);
    };
    this.#ends.push(this.#kernel.clock.every(idleMs / 5, reap));
  };

  readonly stop = async (): Promise<void> => {
    const { runtimeApi, events, durable, pool, log } = this.#parts;
    for (const end of this.#ends) end();
    events.stop();
    durable.halt();
    await pool.stop();
    await runtimeApi.close();
    await log.close();
  };

  #poll(mapping: EventSourceMapping): void {
    const { invoker, registry } = this.#parts;
    const { queues } = this.#options;
    if (queues === undefined) {
      throw new Error(
        `${mapping.functionName} reads ${mapping.queueArn}, but createLambda was given no queues.`,
      );
    }
    const roleArn = () => registry.resolve(mapping.functionName).config.roleArn;
    const poller = new QueuePoller(mapping, {
      kernel: this.#kernel,
      queues: queuesAsRole(this.#kernel, queues, roleArn),
      hasRoom: (name) => invoker.hasRoom(registry.resolve(name).config),
      invoke: async (functionName, payload) => this.invoke({ functionName, payload }),
    });
    this.#ends.push(() => {
      poller.stop();
    });
  }
}

function functionArnPrefix({ region, accountId }: Kernel): string {
  return `arn:aws:lambda:${region}:${accountId}:function:`;
}

function buildParts(kernel: Kernel, options: Settings) {
  const { logDir, onLog: onLine, codeDir, maxProcesses, initTimeoutMs } = options;
  const place = { arnPrefix: functionArnPrefix(kernel), codeDir };
  const registry = new FunctionRegistry(kernel.state('lambda'), place);
  const configs = createEventInvokeConfigs();
  const permissions = createPermissions(kernel);
  const runtimeApi = createRuntimeApi();
  const log = openFunctionLog({ logDir, onLine });
  const onRoom = (): void => {
    events.pump();
  };
  const pool = new WorkerPool({ kernel, runtimeApi, log, maxProcesses, initTimeoutMs, onRoom });
  const invoker = createInvoker(kernel, pool);
  const events = new AsyncEvents({
    kernel,
    registry,
    invoker,
    configs,
    retryDelaysMs: options.retryDelaysMs,
    asyncAtOnce: options.asyncAtOnce,
    duplicateEvery: options.duplicateEvery,
  });
  const durable = new DurableEngine({
    kernel,
    registry,
    invoker,
    backOffMs: options.durableBackOffMs,
    pageItems: options.durablePageItems,
  });
  return { registry, configs, permissions, runtimeApi, log, pool, invoker, events, durable };
}
