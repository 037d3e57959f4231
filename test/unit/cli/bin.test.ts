import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { aTemporaryFolder } from '../../builders/temporary-folder.ts';

const BIN = fileURLToPath(new URL('../../../cli/bin.mjs', import.meta.url));
/** Makes a Node believe that it is version 20; not inherited by what it starts. */
const AS_NODE_20 = [
  '--import',
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.1.0"}})',
];

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[]) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
  return { child, ended };
}

/** A project whose own `node` is a script that tells what it was given and ends with 7 on SIGTERM. */
function aProjectWithNode(): string {
  const project = aTemporaryFolder();
  mkdirSync(join(project, 'cli'));
  copyFileSync(BIN, join(project, 'cli', 'bin.mjs'));
  mkdirSync(join(project, 'node_modules', 'node', 'bin'), { recursive: true });
  writeFileSync(join(project, 'node_modules', 'node', 'package.json'), '{"bin":{"node":"bin/node"}}');
  writeFileSync(
    join(project, 'node_modules', 'node', 'bin', 'node'),
    `#!${process.execPath}\n` +
      'process.on("SIGTERM", () => process.exit(7));\n' +
      'console.log(JSON.stringify(process.argv.slice(2)));\n' +
      'if (process.argv[3] === "wait") setInterval(() => {}, 1000);\n',
    { mode: 0o755 },
  );
  return join(project, 'cli', 'bin.mjs');
}

test('an older Node hands over to the one of the project and passes its exit code on', async () => {
  expect(await start([...AS_NODE_20, BIN, '--version']).ended).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as unknown,
    stderr: '',
  });
  expect(await start([...AS_NODE_20, BIN, 'nonsense']).ended).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("unknown command 'nonsense'") as unknown,
  });
});

test('arguments and signals pass through', async () => {
  const bin = aProjectWithNode();
  const { child, ended } = start([...AS_NODE_20, bin, 'wait', '--json', 'a b', '']);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  const { code, stdout } = await ended;
  expect(JSON.parse(stdout)).toEqual([bin, 'wait', '--json', 'a b', '']);
  expect(code).toBe(7);
});

test('without the project’s Node it says what to do', async () => {
  const folder = aTemporaryFolder();
  copyFileSync(BIN, join(folder, 'bin.mjs'));
  expect(await start([...AS_NODE_20, join(folder, 'bin.mjs')]).ended).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/needs Node 24 and runs on .*npm ci/) as unknown,
  });
});
