// Real processes on real ports: what the fake machine of ecs.test.ts cannot show.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createEcs, type Ecs } from '../../../../local/ecs/ecs.ts';
import { findFreePort } from '../../../../local/ecs/ports.ts';
import { realClock } from '../../../../local/kernel/real-clock.ts';
import { createFakeKernel } from '../../../fakes/fake-kernel.ts';

const SOON = { timeout: 15_000, interval: 20 };

const TASK = fileURLToPath(new URL('./task-process.mjs', import.meta.url));

interface Answer {
  readonly taskId: string;
  readonly deploymentId: string;
  readonly pid: number;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ecs-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

async function startService(environment: Record<string, string> = {}, logFolder?: string) {
  const port = await findFreePort();
  const clock = realClock();
  const ecs = createEcs(
    { ...createFakeKernel(), clock },
    { stopTimeoutMs: 300, ...(logFolder === undefined ? {} : { logFolder }) },
  );
  await ecs.defineService({
    cluster: 'shop',
    service: 'checkout',
    command: [process.execPath, TASK],
    cwd: import.meta.dirname,
    environment,
    port,
    desiredCount: 1,
  });
  await ecs.start?.();
  onTestFinished(async () => {
    await ecs.stop?.();
    clock.stop();
  });
  const ask = async (path = '/'): Promise<Answer> =>
    (await (await fetch(`http://127.0.0.1:${port}${path}`)).json()) as Answer;
  return { ecs, ask, first: await vi.waitFor(() => ask(), SOON) };
}

async function restart(ecs: Ecs): Promise<void> {
  await ecs.rpc?.operations['UpdateService']?.(
    { cluster: 'shop', service: 'checkout', forceNewDeployment: true },
    { principal: 'owner', requestId: 'r' },
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a restart changes the task behind the port, and no request fails meanwhile', async () => {
  const { ecs, ask, first } = await startService();
  await restart(ecs);
  const second = await vi.waitFor(async () => {
    const answer = await ask().catch((error: unknown) => expect.fail(`a request failed: ${String(error)}`));
    expect(answer.deploymentId).not.toBe(first.deploymentId);
    return answer;
  }, SOON);
  expect(second.taskId).not.toBe(first.taskId);
  await vi.waitFor(() => {
    expect(isAlive(first.pid)).toBe(false);
  }, SOON);
});

test('a task that is killed is replaced; one that exits as well', async () => {
  const { ask, first } = await startService();
  process.kill(first.pid, 'SIGKILL');
  const second = await vi.waitFor(async () => {
    const answer = await ask();
    expect(answer.taskId).not.toBe(first.taskId);
    return answer;
  }, SOON);
  expect(second.deploymentId).toBe(first.deploymentId);
  await ask('/exit').catch(() => undefined);
  await vi.waitFor(async () => {
    expect((await ask()).taskId).not.toBe(second.taskId);
  }, SOON);
});

test('a task that ignores SIGTERM is killed', async () => {
  const { ecs, first } = await startService({ STUBBORN: '1' });
  await restart(ecs);
  await vi.waitFor(() => {
    expect(isAlive(first.pid)).toBe(false);
  }, SOON);
});

test('stop ends a task and all that it started, and frees the port', async () => {
  const file = join(temporaryFolder(), 'pids.json');
  const { ecs, ask } = await startService({ PIDS_TO: file });
  await vi.waitFor(() => {
    expect(existsSync(file)).toBe(true);
  }, SOON);
  const pids = JSON.parse(readFileSync(file, 'utf8')) as number[];
  await ecs.stop?.();
  await expect(ask()).rejects.toThrow('fetch failed');
  await vi.waitFor(() => {
    expect(pids.filter(isAlive)).toEqual([]);
  }, SOON);
});

test('when the cloud is killed its tasks end, and all that they started', async () => {
  const file = join(temporaryFolder(), 'pids.json');
  const script = fileURLToPath(new URL('./cloud-process.ts', import.meta.url));
  const cloud = spawn(process.execPath, [script, String(await findFreePort()), file], { stdio: 'inherit' });
  onTestFinished(() => {
    cloud.kill('SIGKILL');
  });
  await vi.waitFor(() => {
    expect(existsSync(file)).toBe(true);
  }, SOON);
  const pids = JSON.parse(readFileSync(file, 'utf8')) as number[];
  expect(pids.filter(isAlive)).toEqual(pids);
  cloud.kill('SIGKILL');
  await vi.waitFor(() => {
    expect(pids.filter(isAlive)).toEqual([]);
  }, SOON);
});

test('what a task prints is in the log of its service', async () => {
  const logFolder = temporaryFolder();
  await startService({}, logFolder);
  expect(readFileSync(join(logFolder, 'shop', 'checkout.log'), 'utf8')).toMatch(/^listens on \d+\n$/);
});

test('a program that is not there is a failed start', async () => {
  const kernel = createFakeKernel();
  const clock = realClock();
  const ecs = createEcs({ ...kernel, clock });
  await ecs.defineService({
    cluster: 'shop',
    service: 'ghost',
    command: ['no-such-program'],
    cwd: import.meta.dirname,
    environment: {},
    desiredCount: 1,
  });
  await ecs.start?.();
  onTestFinished(async () => {
    await ecs.stop?.();
    clock.stop();
  });
  await vi.waitFor(() => {
    expect(kernel.events.map(({ detail }) => detail['stoppedReason'])).toContain(
      'CannotStartContainerError: spawn no-such-program ENOENT',
    );
  }, SOON);
});

test('a port that is taken is named', async () => {
  const { ecs } = await startService();
  const port = await findFreePort();
  const definition = {
    cluster: 'shop',
    command: ['x'],
    cwd: '/',
    environment: {},
    port,
    desiredCount: 0,
  };
  await ecs.defineService({ ...definition, service: 'one' });
  await expect(ecs.defineService({ ...definition, service: 'two' })).rejects.toThrow(
    `Cannot listen on 127.0.0.1:${port}`,
  );
});

test('without a running task a connection is closed at once', async () => {
  const { ecs, ask } = await startService();
  await ecs.rpc?.operations['UpdateService']?.(
    { cluster: 'shop', service: 'checkout', desiredCount: 0 },
    { principal: 'owner', requestId: 'r' },
  );
  await expect(ask()).rejects.toThrow('fetch failed');
});
