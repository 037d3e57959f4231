import { readFileSync, writeFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { asText, countOf, type FileVerdicts } from './report.ts';
import { runScript } from './run-script.ts';
import { ScriptError } from './script-error.ts';

/** Where the command writes; a test brings its own. */
interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const EXIT = {
  ok: 0,
  /** An eval does not pass. */
  notSo: 1,
  /** Wrong usage, or a script that cannot be read. */
  cannot: 2,
} as const;

/** Runs `promqltest FILE...` and gives its exit code. */
export function promqltest(args: readonly string[], { out, err }: Streams): number {
  let exitCode: number = EXIT.ok;
  const program = new Command('promqltest')
    .description("Runs scripts in the format of Prometheus' engine tests on the engine in shared/promql.")
    .argument('<files...>', 'scripts of load, clear and eval commands')
    .option('--json <file>', 'write every verdict to a file as well')
    .addHelpText('after', HELP)
    .configureOutput({ writeOut: out, writeErr: err })
    .exitOverride()
    .action((paths: string[], { json }: { json?: string }) => {
      const files = paths.map((path) => {
        const file = { path, verdicts: verdictsOf(path) };
        out(asText(file));
        return file;
      });
      exitCode = conclude(files, json, out);
    });
  try {
    program.parse(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said itself what is wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.cannot;
    err(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT.cannot;
  }
}

const HELP = `
Prints each eval that fails, what was expected and what came; the last line is "N passed, N failed".
Exits 0 if all pass, 1 if one does not, 2 if a script cannot be read.

Examples:
  $ npm run promqltest -- ../shared/data/promqltest/*.test
  $ npm run promqltest -- my.test --json verdicts.json
`;

function verdictsOf(path: string): FileVerdicts['verdicts'] {
  const script = readFileSync(path, 'utf8');
  try {
    return runScript(script);
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    throw new Error(`${path}:${error.line}: ${error.message}`, { cause: error });
  }
}

function conclude(files: readonly FileVerdicts[], json: string | undefined, out: Streams['out']): number {
  const { passed, failed } = countOf(files);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ passed, failed, files }, null, 2)}\n`);
  out(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? EXIT.ok : EXIT.notSo;
}

if (import.meta.main)
  process.exitCode = promqltest(process.argv.slice(2), {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
