import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * Who may import whom; the longest folder that fits decides. Paths are prefixes of project files or of
 * package names; `node:` modules are named where a room may use them.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  // Pure: no clock, network, SDK or environment. node:crypto is for hashes, node:path for patterns of names.
  'shared/domain': [
    'shared/domain',
    'shared/promql',
    'shared/contract',
    'zod',
    'yaml',
    'node:crypto',
    'node:path',
  ],
  'shared/promql': ['shared/promql', 're2js'],
  'shared/contract': ['shared/contract'],
  'shared/ports': ['shared/ports', 'shared/domain'],
  // Use cases: the domain and the ports that it needs, no SDK.
  'shared/application': ['shared/application', 'shared/domain', 'shared/ports', 'shared/contract'],
  'shared/adapters': [
    'shared/adapters',
    'shared/ports',
    'shared/domain',
    'shared/contract',
    '@aws-sdk/',
    '@aws-crypto/',
    '@smithy/',
    'zod',
    'node:',
  ],
  'shared/runtime': [
    'shared/',
    '@aws-sdk/',
    '@aws-lambda-powertools/',
    '@middy/',
    'aws-lambda',
    'zod',
    'node:',
  ],
  functions: [
    'shared/',
    '@aws-sdk/',
    '@aws/',
    '@aws-lambda-powertools/',
    '@middy/',
    'aws-lambda',
    'zod',
    'node:',
  ],
  infra: [
    'infra/',
    'shared/contract',
    'shared/domain/catalog',
    'shared/domain/dashboard',
    'shared/adapters/files',
    'aws-cdk-lib',
    'constructs',
    'esbuild',
    'node:',
  ],
  local: ['local/', 'shared/', '@aws-sdk/', 'dynalite', 'fast-xml-parser', 'zod', 'node:'],
  // Pure: what is known becomes what is shown.
  'console/view': [
    'console/view',
    'console/read/reading.ts',
    'shared/domain',
    'shared/promql',
    'shared/ports',
  ],
  // The browser's own room: nothing of the server's runs there.
  'console/page': ['console/page', 'console/view/page-view.ts', 'shared/ports/outbox.ts', 'uplot'],
  console: ['console/', 'shared/', 'local/door/refuse-foreign.ts', 'esbuild', 'uplot', 'zod', 'node:'],
  // `cost --measure` sweeps as collect does, so it uses its code.
  cli: [
    'cli/',
    'console/server',
    'functions/collect/',
    'local/',
    'shared/',
    '@aws-sdk/',
    'commander',
    'package.json',
    'zod',
    'node:',
  ],
  'examples/workload': ['examples/workload', 'local/workload', 'shared/', 'prom-client', 'zod', 'node:'],
  docs: [
    'docs/',
    'shared/domain',
    'shared/promql',
    'shared/adapters/files',
    'test/promqltest',
    'zod',
    'prettier',
    'node:',
  ],
  // The runner of Prometheus' engine scripts sees the engine as its users do.
  'test/promqltest': ['test/promqltest', 'shared/promql', 'commander', 'node:'],
  // Plays systems through the functions as the timeline tests do, and in processes as the command line does.
  'test/systems': [
    'cli/fault/order.ts',
    'cli/operator.ts',
    'test/systems',
    'test/timeline/start-ops.ts',
    'test/fakes',
    'local/chaos/seeded-random.ts',
    'local/run.ts',
    'local/workload',
    'shared/',
    'commander',
    'prettier',
    'node:',
  ],
  // Measures what is there from outside and inside; nobody imports it.
  bench: [
    'bench/',
    'local/',
    'shared/',
    'functions/collect/',
    'infra/constructs/bundle.ts',
    'test/contract/promql/prometheus.ts',
    '@aws-sdk/',
    'commander',
    'esbuild',
    'prom-client',
    'prettier',
    'node:',
  ],
};

const IMPORT = /^\s*(?:import|export)\s(?:[^'"]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

function importsOf(file: string): string[] {
  return [...readFileSync(join(ROOT, file), 'utf8').matchAll(IMPORT)].map(([, from, dynamic]) => {
    const target = from ?? dynamic ?? '';
    return target.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), target)) : target;
  });
}

test.each(Object.keys(MAY_IMPORT))('%s imports only what it may', (room) => {
  const allowed = MAY_IMPORT[room] ?? [];
  const slips = sources(room).flatMap((file) =>
    importsOf(file)
      .filter((target) => !allowed.some((prefix) => target.startsWith(prefix)))
      .filter((target) => room !== 'functions' || !target.startsWith(file.split('/').slice(0, 2).join('/')))
      .map((target) => `${file} imports ${target}`),
  );
  expect(slips).toEqual([]);
});

test('the pattern that finds imports finds them', () => {
  expect(importsOf('infra/app.ts')).toContain('aws-cdk-lib');
  expect(importsOf('functions/intake/handler.ts')).toContain('functions/intake/intake.ts');
});

test('ARCHITECTURE.md has a paragraph for every folder that there is, and none for others', () => {
  const headings = [
    ...readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8').matchAll(/^### `([^`]+)\/`/gm),
  ].map(([, name]) => name);
  const folders = (parent: string): string[] =>
    readdirSync(join(ROOT, parent))
      .filter(
        (name) =>
          !name.startsWith('.') && !IGNORED.has(name) && statSync(join(ROOT, parent, name)).isDirectory(),
      )
      .map((name) => join(parent, name));
  const rooms = [
    ...folders('.').filter((name) => name !== 'shared'),
    ...folders('shared'),
    ...folders('functions'),
  ].filter((name) => name !== 'functions');
  expect(new Set(headings)).toEqual(new Set(rooms));
  expect(headings).toHaveLength(rooms.length);
});

const IGNORED = new Set(['node_modules', 'cdk.out', 'coverage']);
