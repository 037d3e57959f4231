import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, stop } from 'esbuild';

export interface StaticFile {
  readonly type: string;
  readonly body: Uint8Array;
}

const PAGE_DIR = fileURLToPath(new URL('../page/', import.meta.url));

/**
 * The files of the page, by the path they are asked for: all that can be asked for. Two bundles are made in
 * memory, in a fraction of a second: the page's TypeScript with the plotting library, and the style.
 */
export async function buildPage(): Promise<ReadonlyMap<string, StaticFile>> {
  const file = (name: string): Uint8Array => readFileSync(`${PAGE_DIR}${name}`);
  const files = new Map([
    ['/', { type: 'text/html; charset=utf-8', body: file('index.html') }],
    ['/icon.svg', { type: 'image/svg+xml', body: file('icon.svg') }],
    ['/page.js', { type: 'text/javascript; charset=utf-8', body: await bundle('main.ts') }],
    ['/style.css', { type: 'text/css; charset=utf-8', body: await bundle('style.css') }],
  ]);
  // Its helper process would outlive this one for a moment.
  await stop();
  return files;
}

async function bundle(entry: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [`${PAGE_DIR}${entry}`],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'silent',
    outdir: '/',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`The page's ${entry} gave no bundle.`);
  return output.contents;
}
