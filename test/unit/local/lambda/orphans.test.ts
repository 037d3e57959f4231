import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { until } from './lambda-bench.ts';

test('functions do not outlive a cloud that is killed with -9', async () => {
  const script = fileURLToPath(new URL('doomed-cloud.ts', import.meta.url));
  const cloud = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: cloud.stdout }), 'line')) as [string];
  const { dir, pids } = JSON.parse(line) as { dir: string; pids: number[] };
  expect(pids).toHaveLength(2);
  expect(pids.map((pid) => isAlive(pid))).toEqual([true, true]);
  cloud.kill('SIGKILL');
  await until(() => pids.every((pid) => !isAlive(pid)));
  rmSync(dir, { recursive: true });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
