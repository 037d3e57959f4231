import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { main } from '../../../cli/main.ts';
import { createChaos } from '../../../local/chaos/chaos.ts';
import { CHAOS_SERVICES } from '../../../local/chaos/fault.ts';
import { writeCloudFile } from '../../../local/cloud-file.ts';
import { openDoor } from '../../../local/door/door.ts';
import { aTemporaryFolder } from '../../builders/temporary-folder.ts';
import { createManualClock } from '../../fakes/fake-kernel.ts';
import { aTerminal } from './fake-terminal.ts';

const NOW = Date.parse('2026-03-01T02:00:00Z');

/** A cloud of nothing but chaos, and its command. */
async function aCloud() {
  const clock = createManualClock(NOW);
  const chaos = createChaos({ clock, log: () => undefined });
  const door = await openDoor({
    services: [chaos.service],
    roleOf: () => undefined,
    log: () => undefined,
    clock,
  });
  onTestFinished(() => door.close());
  const dir = aTemporaryFolder();
  const { endpoint } = door;
  const region = 'eu-west-1';
  const faultsDir = join(dir, 'faults');
  writeCloudFile(dir, {
    endpoint,
    region,
    pid: process.pid,
    catalogDir: dir,
    cloudLike: false,
    outbox: dir,
    faultsDir,
  });
  return (...line: string[]) => homeostat('chaos', ...line, '--state', dir);
}

async function homeostat(...line: string[]) {
  const terminal = aTerminal();
  return { exitCode: await main(line, terminal), stdout: terminal.stdout(), stderr: terminal.stderr() };
}

test('switches a fault on, shows it, and switches it off', async () => {
  const chaos = await aCloud();
  expect((await chaos()).stdout).toBe('No faults are on.\nNone was made so far.\n');
  const on = await chaos('throttle', 'dynamodb', '--for', '1m');
  expect(on).toEqual({
    exitCode: 0,
    stderr: '',
    stdout: 'On:\n    dynamodb  throttle  10%  until 2026-03-01T02:01:00.000Z\nNone was made so far.\n',
  });
  await chaos('delay', 'sns', '--rate', '0.025', '--ms', '500');
  expect((await chaos('off', 'dynamodb')).stdout).toContain('  sns  delay  2.5%, 500 ms  until switched off');
  expect((await chaos('off')).stdout).toContain('No faults are on.');
});

test('all is every service', async () => {
  const chaos = await aCloud();
  const { stdout } = await chaos('drop', 'all', '--json');
  const { on } = JSON.parse(stdout) as { on: { service: string; kind: string }[] };
  expect(on.map(({ service }) => service)).toEqual([...CHAOS_SERVICES]);
});

test.each([
  { line: ['throtle', 'sns'], says: 'did you mean "throttle"?' },
  { line: ['deny', 'dynamo'], says: 'did you mean "dynamodb"?' },
  { line: ['deny', 'route53'], says: 'expected one of: cloudwatch' },
  { line: ['deny'], says: 'deny at which service? Expected one of: cloudwatch' },
  { line: ['deny', 'sns', '--rate', '10%'], says: 'above 0 and up to 1' },
  { line: ['deny', 'sns', '--rate', '0'], says: 'above 0 and up to 1' },
  { line: ['deny', 'sns', '--for', 'a while'], says: 'of at least 1s, such as 5m' },
  { line: ['deny', 'sns', '--for', '0s'], says: 'of at least 1s, such as 5m' },
  { line: ['delay', 'sns', '--ms', '-1'], says: 'a whole number' },
])('$line is refused with "$says"', async ({ line, says }) => {
  const chaos = await aCloud();
  const done = await chaos(...line);
  expect(done.exitCode).toBe(2);
  expect(done.stderr).toContain(says);
});

test('rates that are more than all together are refused, in words', async () => {
  const chaos = await aCloud();
  await chaos('deny', 'sns', '--rate', '0.6');
  const done = await chaos('drop', 'sns', '--rate', '0.5');
  expect(done.exitCode).toBe(2);
  expect(done.stderr).toContain('The faults of sns would have rates of more than 1 together');
});

test('without a cloud it says what to start', async () => {
  const done = await homeostat('chaos', '--state', aTemporaryFolder());
  expect(done.exitCode).toBe(2);
  expect(done.stderr).toContain('no embedded cloud runs');
});
