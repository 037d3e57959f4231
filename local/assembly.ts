import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROJECT_DIR = fileURLToPath(new URL('..', import.meta.url));
/** Of what a failing synthesis printed, so much is shown. */
const TAIL_LINES = 40;

/**
 * Synthesizes the CDK app for a catalog, as `cdk synth` would, in a process of its own.
 *
 * @param cadence `local` for a laptop's intervals, `cloud` for the catalog's own
 * @param outDir where the assembly goes
 * @param signal stops the synthesis
 * @throws Error with the last lines of what the app printed
 */
export async function synthesize(
  { catalogDir, cadence }: { readonly catalogDir: string; readonly cadence: 'local' | 'cloud' },
  outDir: string,
  signal?: AbortSignal,
): Promise<void> {
  const child = spawn(process.execPath, ['infra/app.ts'], {
    cwd: PROJECT_DIR,
    env: {
      ...process.env,
      // CDK's own look at the templates takes two thirds of the time; `cdk synth` and `cdk deploy` have it.
      CDK_VALIDATION: 'false',
      CDK_OUTDIR: outDir,
      CDK_CONTEXT_JSON: JSON.stringify({ catalog: catalogDir, cadence }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal === undefined ? {} : { signal }),
  });
  let output = '';
  const take = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (exitCode === 0) return;
  const tail = output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  throw new Error(`The CDK app (infra/app.ts) could not be synthesized for ${catalogDir}:\n${tail}`);
}
