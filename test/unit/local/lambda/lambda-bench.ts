import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock } from '../../../../local/kernel/real-clock.ts';
import type { Kernel, LocalClock } from '../../../../local/kernel/kernel.ts';
import { createLambda, type Lambda, type LambdaOptions } from '../../../../local/lambda/lambda.ts';
import { createFakeKernel, type FakeKernel } from '../../../fakes/fake-kernel.ts';

/** A Lambda with real processes, over a fake kernel with the machine's time. */
export interface LambdaBench {
  readonly lambda: Lambda;
  readonly kernel: Kernel & Pick<FakeKernel, 'deliveries' | 'events' | 'vended' | 'logs'>;
  readonly lines: string[];
  readonly dir: string;
  /** Puts a resource as the deployer does. */
  readonly deploy: (type: string, properties: object, logicalId?: string) => Promise<{ ref: string }>;
  /** Deploys a function from the text of its `handler.mjs`. */
  readonly deployFunction: (name: string, source: string, over?: object) => Promise<void>;
  /** A new Lambda over the same state; the old one is stopped first. */
  readonly restart: () => Promise<LambdaBench>;
  readonly close: () => Promise<void>;
}

export const ROLE = 'arn:aws:iam::123456789012:role/test';

export interface BenchOver {
  readonly clock?: LocalClock;
  readonly endpoint?: () => string;
  /** Whose state and folder are taken over. */
  readonly earlier?: LambdaBench | undefined;
}

/** Nothing is started: deploy first, then `await bench.lambda.start?.()`. */
export function createLambdaBench(options: LambdaOptions = {}, over: BenchOver = {}): LambdaBench {
  const { earlier, ...place } = over;
  const dir = earlier?.dir ?? mkdtempSync(join(tmpdir(), 'lambda-bench-'));
  const fresh = earlier?.kernel ?? Object.assign(createFakeKernel(), { clock: realClock() });
  const kernel = Object.assign(fresh, place);
  const lines: string[] = [];
  const onLog: LambdaOptions['onLog'] = ({ line }) => void lines.push(line);
  const lambda = createLambda(kernel, { onLog, logDir: join(dir, 'logs'), ...options });
  const bench: LambdaBench = {
    lambda,
    kernel,
    lines,
    dir,
    deploy: async (type, properties, logicalId = 'Resource') => {
      const provider = lambda.resources?.find((each) => each.type === type);
      if (provider === undefined) throw new Error(`Lambda has no ${type}.`);
      const suggestedName = `stack-${logicalId}`;
      return provider.put({ stack: 'stack', logicalId, suggestedName, properties: { ...properties } });
    },
    deployFunction: async (name, source, properties = {}) => {
      const path = join(dir, 'code', name);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, 'handler.mjs'), source);
      const base = { FunctionName: name, Code: { path }, Handler: 'handler.handler', Runtime: 'nodejs24.x' };
      await bench.deploy('AWS::Lambda::Function', { ...base, Role: ROLE, Timeout: 20, ...properties }, name);
    },
    restart: async () => {
      await lambda.stop?.();
      return createLambdaBench(options, { ...place, earlier: bench });
    },
    close: async () => {
      await lambda.stop?.();
      rmSync(dir, { recursive: true });
    },
  };
  return bench;
}

/** Waits for something that real processes bring about. */
export async function until<T>(what: () => T | undefined | false, withinMs = 15_000): Promise<T> {
  const endMs = Date.now() + withinMs;
  for (;;) {
    const found = what();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > endMs) throw new Error(`Not within ${withinMs} ms: ${what.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
