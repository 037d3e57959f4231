#!/usr/bin/env node
// The door to the command line, in plain JavaScript that Node 20 reads: the rest is TypeScript and needs
// Node 24, which the npm package `node` brings along. An older Node only hands over to that one.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;
const CANNOT_RUN = 2;
/** Set for the second run, so that two wrong Nodes do not call each other for ever. */
const HANDED_OVER = 'HOMEOSTAT_HANDED_OVER';

const here = fileURLToPath(import.meta.url);

if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) {
  delete process.env[HANDED_OVER];
  await keepCompiled();
  const { main } = await import('./main.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  const binary = process.env[HANDED_OVER] === undefined ? findNode(dirname(here)) : undefined;
  if (binary === undefined) {
    console.error(
      `homeostat needs Node ${NEEDED_MAJOR} and runs on ${process.version}. ` +
        'Run `npm ci` in the project folder: it brings the right one along.',
    );
    process.exit(CANNOT_RUN);
  }
  handOver(binary);
}

/** What Node makes of our TypeScript is kept, for this process and those it starts: the next run begins sooner. */
async function keepCompiled() {
  process.env.NODE_COMPILE_CACHE ??= join(dirname(here), '..', 'node_modules', '.cache', 'compiled');
  const { enableCompileCache } = await import('node:module');
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
}

/** The `node` package's binary in the nearest node_modules, from this file upwards as Node itself looks. */
function findNode(from) {
  const folder = join(from, 'node_modules', 'node');
  if (existsSync(join(folder, 'package.json'))) {
    const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const binary = join(folder, typeof bin === 'string' ? bin : bin.node);
    if (existsSync(binary)) return binary;
  }
  const parent = dirname(from);
  return parent === from ? undefined : findNode(parent);
}

/** Runs the same command under the other Node; arguments, signals, terminal and exit code pass through. */
function handOver(binary) {
  const child = spawn(binary, [here, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, [HANDED_OVER]: '1' },
  });
  // Ctrl-C reaches both from the terminal, so a command must not mind a signal that comes twice.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`homeostat cannot start ${binary}: ${error.message}. Run \`npm ci\` again.`);
    process.exit(CANNOT_RUN);
  });
  child.on('exit', (code, signal) => {
    // 128 + number is what a shell reports for a command that a signal ended.
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
  });
}
