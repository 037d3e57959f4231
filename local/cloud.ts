import { join } from 'node:path';
import { createCloudWatch, type CloudWatch, type CloudWatchOptions } from './cloudwatch/cloudwatch.ts';
import { AWS_NEW_NAME_DELAY } from './cloudwatch/new-names.ts';
import { createDynamoDb } from './dynamodb/dynamodb.ts';
import { createEcs, type Ecs } from './ecs/ecs.ts';
import type { ServiceDefinition } from './ecs/records.ts';
import { createEvents, type Events } from './events/events.ts';
import type { Kernel } from './kernel/kernel.ts';
import type { Service } from './kernel/service.ts';
import { createLambda, type Lambda, type LambdaOptions } from './lambda/lambda.ts';
import { runCloud, type Parts, type RunningCloud, type RunOptions } from './run-cloud.ts';
import { createLogs, type Logs } from './logs/logs.ts';
import { createScheduler, type SchedulerOptions } from './scheduler/scheduler.ts';
import { createSns, type Sns } from './sns/sns.ts';
import { AWS_METRICS_EVERY_MS, createSqs, type Sqs, type SqsOptions } from './sqs/sqs.ts';

export interface CloudOptions extends RunOptions {
  /**
   * AWS' own delays where a laptop's are shorter: a new metric name is visible after one or two minutes,
   * queues vend metrics each minute, schedules wait for their first minute, asynchronous events run as many
   * at once as there are processes, and every fiftieth twice. Default false. docs/embedded-cloud.md lists what differs.
   */
  readonly cloudLike?: boolean;
  /** Really call web hooks of the templates outside this machine. Default false: they are told in the outbox. */
  readonly webHooks?: boolean;
  /** How old a sample may be to stand for now. Default 5 min, as in Prometheus. */
  readonly lookbackMs?: number;
  /** The owner's ECS services, as child processes from the start. They stand in no template of ours. */
  readonly ecsServices?: readonly ServiceDefinition[];
  /** How functions are kept and retried, where it is to differ from AWS. */
  readonly lambda?: Pick<
    LambdaOptions,
    'idleMs' | 'retryDelaysMs' | 'maxProcesses' | 'durableBackOffMs' | 'durablePageItems' | 'onLog'
  >;
}

export interface CloudServices {
  readonly dynamodb: Service;
  readonly cloudwatch: CloudWatch;
  readonly sns: Sns;
  readonly sqs: Sqs;
  readonly events: Events;
  readonly ecs: Ecs;
  readonly lambda: Lambda;
  readonly logs: Logs;
  readonly scheduler: Service;
}

export interface Cloud extends RunningCloud {
  readonly services: CloudServices;
}

/**
 * Starts the embedded cloud with everything a CDK app of ours uses. In the state folder: one SQLite file a
 * service, `dynamodb/`, `code/` (published versions), `logs/` (one file a function or ECS service),
 * `outbox.jsonl` (what people would have got) and `cloud.log`.
 *
 * @throws Error if another cloud has the state folder or a port is taken; DeployError with everything that is
 * wrong with the app. Nothing is left running then.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  let services: CloudServices | undefined;
  const running = await runCloud(options, async (kernel) => {
    services = await createServices(kernel, options);
    return partsOf(services, options.ecsServices ?? []);
  });
  if (services === undefined) throw new Error('The cloud runs without its services.');
  return { ...running, services };
}

interface Delays {
  readonly cloudwatch?: CloudWatchOptions;
  readonly lambda?: LambdaOptions;
  readonly scheduler?: SchedulerOptions;
  readonly sqs?: SqsOptions;
}

/** What `cloudLike` means for each service; what is not here is as on AWS in any case. */
const CLOUD_LIKE: Delays = {
  cloudwatch: { newNameDelay: AWS_NEW_NAME_DELAY },
  lambda: { asyncAtOnce: Infinity, duplicateEvery: 50 },
  scheduler: { runsRatesAtStart: false },
  sqs: { metricsEveryMs: AWS_METRICS_EVERY_MS },
};

async function createServices(kernel: Kernel, options: CloudOptions): Promise<CloudServices> {
  const { stateDir, lookbackMs } = options;
  const delays: Delays = options.cloudLike === true ? CLOUD_LIKE : {};
  const folders = stateDir === undefined ? undefined : foldersIn(stateDir);
  const sqs = createSqs(kernel, delays.sqs);
  const logs = createLogs(kernel);
  const onLog: LambdaOptions['onLog'] = (line) => {
    logs.record(line.functionName, line.line);
    options.lambda?.onLog?.(line);
  };
  return {
    cloudwatch: createCloudWatch(kernel, {
      ...delays.cloudwatch,
      ...(lookbackMs === undefined ? {} : { lookbackMs }),
    }),
    sns: createSns(kernel, {
      callsOutside: options.webHooks === true,
      ...(stateDir === undefined ? {} : { outboxFolder: stateDir }),
    }),
    sqs,
    events: createEvents(kernel),
    ecs: createEcs(kernel, folders === undefined ? {} : { logFolder: folders.logDir }),
    lambda: createLambda(kernel, {
      ...delays.lambda,
      ...options.lambda,
      ...folders,
      onLog,
      queues: sqs.queues,
    }),
    logs,
    scheduler: createScheduler(kernel, delays.scheduler),
    // Last, because it alone opens files that somebody must close again.
    dynamodb: await createDynamoDb(kernel, stateDir === undefined ? {} : { dir: join(stateDir, 'dynamodb') }),
  };
}

function foldersIn(stateDir: string) {
  return { logDir: join(stateDir, 'logs'), codeDir: join(stateDir, 'code') };
}

/** Deliveries flow from the later to the earlier: the bus starts once its targets have. */
function partsOf(services: CloudServices, ecsServices: readonly ServiceDefinition[]): Parts {
  const { dynamodb, cloudwatch, sns, sqs, events, ecs, lambda, logs, scheduler } = services;
  return {
    keepers: [dynamodb, logs, sqs, sns, events, cloudwatch],
    actors: [ecs, lambda, scheduler],
    beforeStart: async () => {
      for (const definition of ecsServices) await ecs.defineService(definition);
    },
    emit: events.emit,
    vend: cloudwatch.record,
  };
}
