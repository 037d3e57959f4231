import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { aTemporaryFolder } from '../../../builders/temporary-folder.ts';

const PROGRAM = fileURLToPath(new URL('../../../../examples/workload/service.ts', import.meta.url));

export interface WorkloadProcess {
  readonly url: string;
  readonly deploymentId: string;
  readonly faultsDir: string;
  /** Resolves when the process has written a line that contains the text; rejects if it ends before. */
  readonly logged: (text: string) => Promise<void>;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  readonly output: () => string;
  readonly signal: (signal: NodeJS.Signals) => void;
}

/** A port that nobody listens on at the moment. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts one service as the embedded ECS would; it is killed at the end of the test. */
export async function startService(options: {
  readonly role: 'inventory' | 'checkout' | 'shopper';
  readonly dependsOn?: string;
  readonly faultsDir?: string;
  readonly deploymentId?: string;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<WorkloadProcess> {
  const { role, dependsOn, faultsDir = aTemporaryFolder(), deploymentId = 'ecs-svc/1' } = options;
  const port = await freePort();
  const child = spawn(process.execPath, [PROGRAM, role], {
    env: {
      HOST: '127.0.0.1',
      ...(role === 'shopper' ? {} : { PORT: String(port) }),
      ECS_CLUSTER: 'shop',
      ECS_SERVICE: role,
      ECS_TASK_ID: 'task-1',
      ECS_DEPLOYMENT_ID: deploymentId,
      FAULTS_DIR: faultsDir,
      ...(dependsOn === undefined ? {} : { DEPENDS_ON: dependsOn }),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  const take = (chunk: Buffer) => {
    output += chunk.toString();
    child.emit('output');
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
  const logged = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (output.includes(text)) resolve();
      };
      child.on('output', look);
      child.once('close', () => {
        reject(new Error(`The service ended without "${text}":\n${output}`));
      });
      look();
    });
  return {
    url: `http://127.0.0.1:${port}`,
    deploymentId,
    faultsDir,
    logged,
    exited,
    output: () => output,
    signal: (signal) => child.kill(signal),
  };
}
