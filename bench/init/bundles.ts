import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { Metafile } from 'esbuild';
import { BUNDLING, bundle } from '../../infra/constructs/bundle.ts';
import { readCatalogFolder } from '../../shared/adapters/files/read-catalog.ts';
import { compileCatalog } from '../../shared/domain/catalog/compile.ts';
import { PROJECT } from '../quick-start.ts';
import { bareHandler, clientsIn } from './bare-handler.ts';

export interface Bundles {
  readonly functions: readonly {
    readonly room: string;
    readonly dir: string;
    readonly kb: number;
    readonly bare: { readonly dir: string; readonly kb: number; readonly clients: readonly string[] };
  }[];
  /** The folder of a handler that loads nothing. */
  readonly empty: string;
  /** All folders, in the order in which they are to be started. */
  readonly handlers: readonly string[];
}

/** Bundles every function as it is deployed, and for each a handler that makes the same SDK clients and no more. */
export function bundlesIn(folder: string): Bundles {
  const functions = readdirSync(join(PROJECT, 'functions')).map((room) => {
    const dir = bundle(room, catalogJson(), folder);
    const bare = bundleBare(room, join(folder, 'bare', room));
    return { room, dir, kb: sizeKb(dir), bare };
  });
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  writeFileSync(join(empty, 'handler.mjs'), 'export const handler = async () => {};\n');
  return { functions, empty, handlers: [empty, ...functions.flatMap(({ dir, bare }) => [dir, bare.dir])] };
}

function bundleBare(room: string, dir: string) {
  const clients = clientsIn(contentOf(room));
  mkdirSync(dir, { recursive: true });
  buildSync({
    ...BUNDLING,
    stdin: { contents: bareHandler(clients), resolveDir: PROJECT },
    outfile: join(dir, 'handler.mjs'),
  });
  return { dir, kb: sizeKb(dir), clients: clients.map((name) => name.replace(/^.*\/(client-)?/, '')) };
}

/** Which files esbuild puts into a function's bundle. */
function contentOf(room: string): Metafile {
  const { metafile } = buildSync({
    ...BUNDLING,
    entryPoints: [join(PROJECT, 'functions', room, 'handler.ts')],
    outdir: PROJECT,
    write: false,
    metafile: true,
  });
  return metafile;
}

function catalogJson(): string {
  const compiled = compileCatalog(readCatalogFolder(join(PROJECT, 'examples/quickstart')));
  if (!compiled.ok)
    throw new Error('The quick start does not compile: npx homeostat validate examples/quickstart');
  return JSON.stringify(compiled.catalog);
}

function sizeKb(dir: string): number {
  return statSync(join(dir, 'handler.mjs')).size / 1_000;
}
