import { buildSync } from 'esbuild';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  GetDurableExecutionCommand,
  LambdaClient,
  type GetDurableExecutionCommandOutput,
} from '@aws-sdk/client-lambda';
import { openDoor, type Door } from '../../../local/door/door.ts';
import type { LocalClock } from '../../../local/kernel/kernel.ts';
import { realClock } from '../../../local/kernel/real-clock.ts';
import type { RestRequest, RestResponse, Service } from '../../../local/kernel/service.ts';
import { createLambdaBench, until, type LambdaBench } from '../../unit/local/lambda/lambda-bench.ts';

/** Durable functions in real processes, speaking to the engine through the door with the real SDK. */
export interface DurableBench {
  readonly inner: LambdaBench;
  readonly client: LambdaClient;
  /** Deploys an export of story.ts with version 1 behind the alias `live`; gives the alias' name. */
  readonly deploy: (name: string, exported: string, over?: object) => Promise<string>;
  /** What the steps of a function really did. */
  readonly effects: (name: string) => string[];
  readonly closed: (arn: string) => Promise<GetDurableExecutionCommandOutput>;
  /** The id of the first callback a function asked for. */
  readonly callbackId: (name: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Called around every checkpoint; what it throws is answered in place of the checkpoint. */
export type OnCheckpoint = (functionName: string, take: () => RestResponse) => RestResponse;

/** So much faster than the machine's time runs the time of the cloud: a wait of 2 s takes 0.1 s. */
const SPEED = 20;

/** Starts a cloud of one service; deploy into it. `earlier` hands over its state, as a restart does. */
export async function startDurableBench(
  options: { onCheckpoint?: OnCheckpoint; earlier?: DurableBench } = {},
): Promise<DurableBench> {
  const services: Service[] = [];
  const clock = fastClock(realClock());
  const door = await openDoor({ services, roleOf: () => undefined, log: () => undefined, clock });
  const inner = createLambdaBench(
    // Processes start in the machine's own time, however fast the cloud's runs.
    { durableBackOffMs: { first: 200, most: 1000 }, initTimeoutMs: 30_000 * SPEED },
    { clock, endpoint: () => door.endpoint, earlier: options.earlier?.inner },
  );
  services.push(watched(inner.lambda, options.onCheckpoint));
  await inner.lambda.start?.();
  return assemble(inner, door);
}

function assemble(inner: LambdaBench, door: Door): DurableBench {
  const credentials = { accessKeyId: 'owner', secretAccessKey: 'none' };
  const client = new LambdaClient({ endpoint: door.endpoint, region: 'us-east-1', credentials });
  const effectsFile = (name: string): string => join(inner.dir, `${name}.effects`);
  const effects = (name: string): string[] => {
    const file = effectsFile(name);
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  };
  return {
    inner,
    client,
    effects,
    deploy: async (name, exported, over = {}) => {
      await inner.deployFunction(name, bundle(), {
        Handler: `handler.${exported}`,
        Timeout: 600,
        MemorySize: 256,
        DurableConfig: { ExecutionTimeout: 3600, RetentionPeriodInDays: 1 },
        Environment: { Variables: { EFFECTS: effectsFile(name) } },
        ...over,
      });
      await inner.deploy('AWS::Lambda::Version', { FunctionName: name }, `${name}Version`);
      const alias = { FunctionName: name, Name: 'live', FunctionVersion: '1' };
      await inner.deploy('AWS::Lambda::Alias', alias, `${name}Alias`);
      return `${name}:live`;
    },
    closed: async (DurableExecutionArn) => {
      for (;;) {
        const found = await client.send(new GetDurableExecutionCommand({ DurableExecutionArn }));
        if (found.Status !== 'RUNNING') return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    callbackId: async (name) =>
      until(() =>
        effects(name)
          .find((line) => line.startsWith('callback '))
          ?.slice('callback '.length),
      ),
    close: async () => {
      client.destroy();
      await inner.lambda.stop?.();
      await door.close();
    },
  };
}

function watched(lambda: Service, onCheckpoint: OnCheckpoint | undefined): Service {
  if (onCheckpoint === undefined) return lambda;
  const rest = (lambda.rest ?? []).map((route) => {
    if (route.operation !== 'CheckpointDurableExecution') return route;
    const handle = (request: RestRequest, call: Parameters<typeof route.handle>[1]): RestResponse => {
      const functionName = /:function:([\w-]+):/.exec(request.params['arn'] ?? '')?.[1] ?? '';
      return onCheckpoint(functionName, () => route.handle(request, call) as RestResponse);
    };
    return Object.assign({}, route, { handle });
  });
  return { ...lambda, rest };
}

function fastClock(real: LocalClock): LocalClock {
  const startMs = real.nowMs();
  return {
    nowMs: () => startMs + (real.nowMs() - startMs) * SPEED,
    after: (delayMs, call) => real.after(delayMs / SPEED, call),
    every: (intervalMs, call) => real.every(intervalMs / SPEED, call),
  };
}

let bundled: string | undefined;

/** The bundle as the deployment makes it: one ESM file with the SDK inside. */
function bundle(): string {
  bundled ??= buildSync({
    entryPoints: [fileURLToPath(new URL('story.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  }).outputFiles[0]?.text;
  return bundled ?? '';
}
