import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { CATALOG_FILE } from '../../shared/contract/names.ts';

const PROJECT = join(import.meta.dirname, '..', '..');

/**
 * Bundles `functions/<room>/handler.ts` and the compiled catalog into one folder of the assembly.
 *
 * esbuild is called directly: CDK's NodejsFunction starts a process for every function, which costs
 * a second each, and could not add the catalog.
 */
export function bundle(room: string, catalogJson: string, outDir: string): string {
  const folder = join(outDir, 'bundles', room);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  buildSync({
    entryPoints: [join(PROJECT, 'functions', room, 'handler.ts')],
    outfile: join(folder, 'handler.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Names stay, so that a stack trace can be read: a source map would cost 30 ms of every cold start.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'error',
    // Some dependencies of the SDK still call require for Node's own modules.
    banner: { js: "import{createRequire as __r}from'node:module';const require=__r(import.meta.url);" },
  });
  writeFileSync(join(folder, CATALOG_FILE), catalogJson);
  return folder;
}
