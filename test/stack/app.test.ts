import { spawn } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { aTemporaryFolder } from '../builders/temporary-folder.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const QUICKSTART = join(ROOT, 'examples/quickstart');

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command with nothing of our environment but the path: no account, no Region, an empty home. */
async function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: {
      PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
      HOME: aTemporaryFolder(),
      // Whoever asks the network all the same, asks a closed door.
      HTTPS_PROXY: 'http://127.0.0.1:1',
      HTTP_PROXY: 'http://127.0.0.1:1',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exitCode = await new Promise<number | null>((ended, failed) => {
    child.once('error', failed);
    child.once('close', ended);
  });
  return { exitCode, stdout, stderr };
}

const runApp = (context: Readonly<Record<string, unknown>>): Promise<Ended> =>
  run('node', ['infra/app.ts'], {
    CDK_OUTDIR: join(aTemporaryFolder(), 'cdk.out'),
    CDK_CONTEXT_JSON: JSON.stringify(context),
  });

test('cdk synth works with no account and no network, and the CDK finds nothing wrong', async () => {
  const out = join(aTemporaryFolder(), 'cdk.out');
  const { exitCode, stderr } = await run('cdk', ['synth', '--quiet', '--output', out]);
  expect(stderr).not.toMatch(/WARNING|\[Warning\]|\[Error\]/);
  expect(exitCode).toBe(0);
  const manifest = json(join(out, 'manifest.json'));
  expect(manifest).not.toHaveProperty('missing');
  const stacks = Object.entries(
    manifest['artifacts'] as Record<string, { type: string; environment: string }>,
  )
    .filter(([, { type }]) => type === 'aws:cloudformation:stack')
    .map(([name, { environment }]) => `${name} in ${environment}`);
  const names = ['state', 'notification', 'alerting', 'response', 'collection', 'dashboards'].concat(
    [0, 1, 2, 3].map((number) => `alarms-${String(number)}`),
  );
  expect(stacks).toEqual(names.map((name) => `homeostat-${name} in aws://unknown-account/unknown-region`));
  const reports = json(join(out, 'validation-report.json'))['pluginReports'] as { violations: unknown[] }[];
  expect(reports.flatMap(({ violations }) => violations)).toEqual([]);
  expect(existsSync(join(ROOT, 'cdk.context.json'))).toBe(false);
});

test('a broken catalog ends with 1 and every problem with its place, and no stack trace', async () => {
  const folder = join(aTemporaryFolder(), 'catalog');
  cpSync(QUICKSTART, folder, { recursive: true });
  edit(join(folder, 'shop/homeostat.yaml'), 'owner: shop', 'owner: shopp');
  edit(join(folder, 'shop/rules.yaml'), 'expr: up == 0', 'expr: up === 0');
  const { exitCode, stdout, stderr } = await runApp({ catalog: folder });
  expect(exitCode).toBe(1);
  expect(stdout).toBe('');
  const lines = stderr.trimEnd().split('\n');
  expect(lines[0]).toBe(`The catalog in ${folder} is not valid:`);
  expect(lines.at(-1)).toBe(`Check it with: npx homeostat validate ${folder}`);
  expect(lines.slice(1, -1)).toEqual([
    expect.stringMatching(/^shop\/homeostat\.yaml:\d+:\d+: .*"shopp"/),
    expect.stringMatching(/^shop\/rules\.yaml:\d+:\d+: /),
  ]);
});

test('a catalog folder that is not there is told in the same way', async () => {
  const { exitCode, stderr } = await runApp({ catalog: '/nowhere/at/all' });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /^The catalog in \/nowhere\/at\/all is not valid:\norganization\.yaml:1:1: this file cannot be read: /,
  );
  expect(stderr).not.toContain('    at ');
});

test.each([0, '2.5', 'many', 51])('alarmStacks %j is refused with what is expected', async (alarmStacks) => {
  const { exitCode, stderr } = await runApp({ alarmStacks });
  expect(exitCode).toBe(1);
  expect(stderr).toBe(
    `The context alarmStacks is ${JSON.stringify(alarmStacks)}; expected a whole number from 1 to 50.\n`,
  );
});

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

function json(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}
