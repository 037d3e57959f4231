import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { buildSync } from 'esbuild';
import type { BuildOptions } from 'esbuild';
import { CATALOG_FILE } from '../../shared/contract/names.ts';

const FUNCTIONS = join(import.meta.dirname, '..', '..', 'functions');

/**
 * How a function of ours is bundled.
 *
 * esbuild is called directly: CDK's NodejsFunction starts a process for every function, which costs
 * a second each, and could not add the catalog.
 */
export const BUNDLING: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  // The SDK's ES modules: of its CommonJS nothing can be left out, which is 40% more code at every cold start.
  mainFields: ['module', 'main'],
  // Names stay, so that a stack trace can be read: a source map would cost 30 ms of every cold start.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'error',
  // Ways to credentials that the SDK imports when a function has none in its environment, which Lambda always
  // gives it; and what it reads a browser's name with.
  external: [
    '@aws-sdk/credential-provider-ini',
    '@aws-sdk/credential-provider-process',
    '@aws-sdk/credential-provider-sso',
    '@aws-sdk/credential-provider-web-identity',
    'bowser',
  ],
  // Some dependencies of the SDK still call require for Node's own modules.
  banner: { js: "import{createRequire as __r}from'node:module';const require=__r(import.meta.url);" },
};

/**
 * Bundles `functions/<room>/handler.ts` and the compiled catalog into one folder of the assembly.
 *
 * @throws Error if the room has no handler, or with what esbuild says
 */
export function bundle(room: string, catalogJson: string, outDir: string): string {
  built ??= buildAll();
  const code = built.get(room);
  if (code === undefined) throw new Error(`There is no functions/${room}/handler.ts to bundle.`);
  const folder = join(outDir, 'bundles', room);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'handler.mjs'), code);
  writeFileSync(join(folder, CATALOG_FILE), catalogJson);
  return folder;
}

/** By room. All at once and once a process: the SDK, nine tenths of the work, is then parsed once. */
let built: ReadonlyMap<string, Uint8Array> | undefined;

function buildAll(): ReadonlyMap<string, Uint8Array> {
  const { outputFiles } = buildSync({
    ...BUNDLING,
    entryPoints: readdirSync(FUNCTIONS).map((room) => join(FUNCTIONS, room, 'handler.ts')),
    outdir: FUNCTIONS,
    write: false,
  });
  return new Map(outputFiles.map(({ path, contents }) => [relative(FUNCTIONS, dirname(path)), contents]));
}
