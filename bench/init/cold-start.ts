import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createRuntimeApi } from '../../local/lambda/runtime-api.ts';
import { PROJECT } from '../quick-start.ts';

export interface ColdStarts {
  /**
   * Starts a process for the handler in a folder, as the embedded runtime does, and ends it again.
   *
   * @returns milliseconds until it asked for its first event
   * @throws Error with what the handler said if it cannot be loaded
   */
  readonly time: (dir: string) => Promise<number>;
  readonly close: () => Promise<void>;
}

const BOOTSTRAP = join(PROJECT, 'local/lambda/bootstrap.mjs');

/** What the functions are told, made up: nothing is called. */
const ENVIRONMENT = {
  _HANDLER: 'handler.handler',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  TABLE_NAME: 'homeostat',
  TOPIC_ARN_BASE: 'arn:aws:sns:us-east-1:123456789012:',
  RECOVER_ARN: 'arn:aws:lambda:us-east-1:123456789012:function:homeostat-recover:live',
  DEAD_LETTERS_URL: 'http://127.0.0.1:9/123456789012/homeostat-intake-dead-letters',
  PASS_EVERY_S: '10',
};

export async function openColdStarts(): Promise<ColdStarts> {
  const runtimeApi = createRuntimeApi();
  await runtimeApi.listen();
  const time = async (dir: string): Promise<number> => {
    const asked = Promise.withResolvers<number>();
    const nothing = () => undefined;
    const { address, release } = runtimeApi.register({
      onNext: () => {
        asked.resolve(performance.now());
      },
      onInitError: (error) => {
        asked.reject(new Error(`The handler in ${dir} cannot be loaded: ${error}`));
      },
      onResponse: nothing,
      onError: nothing,
    });
    const startMs = performance.now();
    const child = spawn(process.execPath, [BOOTSTRAP], {
      cwd: dir,
      env: { ...ENVIRONMENT, LAMBDA_TASK_ROOT: dir, AWS_LAMBDA_RUNTIME_API: address },
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    const ended = once(child, 'exit');
    try {
      return (await asked.promise) - startMs;
    } finally {
      child.kill('SIGKILL');
      await ended;
      release();
    }
  };
  return { time, close: runtimeApi.close };
}
