import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { CommandFailed, EXIT } from './output.ts';
import type { ExitCode, Terminal } from './output.ts';

/**
 * Hangs one command into the program. Each command file exports one. A command ends with 0 unless it
 * throws {@link CommandFailed} or calls `endWith`, which is for an answer that is itself a no.
 */
export type AddCommand = (
  program: Command,
  terminal: Terminal,
  endWith: (exitCode: ExitCode) => void,
) => void;

/** One example of the help: the command line and what it does. */
export type Example = readonly [commandLine: string, meaning: string];

/** The help's last block. */
export function examples(...list: readonly Example[]): string {
  const width = Math.max(...list.map(([line]) => line.length));
  return [
    '',
    'Examples:',
    ...list.map(([line, meaning]) => `  $ npx ${line.padEnd(width)}   ${meaning}`),
  ].join('\n');
}

/** The option that every command has. */
export const JSON_OPTION = ['--json', 'print JSON for programs instead of text'] as const;

/**
 * Runs one command line.
 * @param args without the interpreter and the script
 * @returns the exit code; everything that went wrong has been written to the terminal
 */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  commands: readonly AddCommand[],
): Promise<ExitCode> {
  const program = createProgram(terminal);
  let exitCode: ExitCode = EXIT.ok;
  const endWith = (code: ExitCode) => {
    exitCode = code;
  };
  for (const add of commands) add(program, terminal, endWith);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return tell(error, terminal, args.includes('--json'));
  }
}

function createProgram(terminal: Terminal): Command {
  return new Command('homeostat')
    .description(packageJson.description)
    .version(packageJson.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help; each command has its own with examples')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText(
      'after',
      examples(
        ['homeostat validate examples/quickstart', 'check a catalog'],
        ['homeostat local', 'run everything on this machine'],
        ['homeostat fault inventory crash', 'break a service and watch'],
      ),
    )
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .showHelpAfterError('Add --help to see how it is used.')
    .showSuggestionAfterError();
}

/** Commander has already written its own errors; ours are written here. */
function tell(error: unknown, terminal: Terminal, isJson: boolean): ExitCode {
  if (error instanceof CommanderError) {
    const exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.cannot;
    if (isJson && exitCode !== EXIT.ok)
      tellProgram(terminal, error.message.replace(/^error: /, ''), exitCode);
    return exitCode;
  }
  if (error instanceof CommandFailed) {
    terminal.err(`error: ${error.message}\n`);
    if (isJson) tellProgram(terminal, error.message, error.exitCode);
    return error.exitCode;
  }
  // A mistake of ours: the stack is what a bug report needs.
  terminal.err(
    `error: unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return EXIT.cannot;
}

/** A program that asked for JSON reads why there is no answer where it would have read the answer. */
function tellProgram(terminal: Terminal, error: string, exitCode: ExitCode): void {
  terminal.out(`${JSON.stringify({ error, exitCode })}\n`);
}
