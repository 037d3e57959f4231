import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { PROJECT } from './quick-start.ts';
import type { QuickStart } from './quick-start.ts';

export interface Started {
  readonly pid: number;
  readonly endpoint: string;
  /** Ports that services of the workload serve on. */
  readonly ports: readonly number[];
  readonly stop: () => Promise<void>;
}

interface StartedLine {
  readonly event: string;
  readonly endpoint: string;
  readonly services: readonly { readonly port?: number }[];
}

/**
 * Runs `homeostat local` as a person does, in a process of its own, until it says that it has started.
 *
 * @throws Error with what it wrote if it ends before
 */
export async function startCommand(
  { catalogDir, stateDir }: QuickStart,
  environment: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const child = spawn(
    process.execPath,
    [join(PROJECT, 'cli/bin.mjs'), 'local', '--json', '--catalog', catalogDir, '--state', stateDir],
    { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = once(child, 'close');
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const lines = createInterface({ input: child.stdout });
  const started = new Promise<StartedLine>((resolve) => {
    lines.on('line', (line) => {
      const told = JSON.parse(line) as StartedLine;
      if (told.event === 'started') resolve(told);
    });
  });
  const failed = ended.then(() => {
    throw new Error(`homeostat local ended before it had started: ${errors}`);
  });
  const { endpoint, services } = await Promise.race([started, failed]);
  failed.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    endpoint,
    ports: services.flatMap(({ port }) => port ?? []),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
