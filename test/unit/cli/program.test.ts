import { describe, expect, test } from 'vitest';
import { main } from '../../../cli/main.ts';
import { CommandFailed, EXIT, answer, table } from '../../../cli/output.ts';
import { JSON_OPTION, examples, run } from '../../../cli/program.ts';
import type { AddCommand } from '../../../cli/program.ts';
import { aTerminal } from './fake-terminal.ts';

const addGreet: AddCommand = (program, terminal) => {
  program
    .command('greet')
    .argument('<name>')
    .option(...JSON_OPTION)
    .addHelpText('after', examples(['homeostat greet ana', 'say hello']))
    .action((name: string, options: { json?: boolean }) => {
      if (name === 'nobody') throw new CommandFailed(EXIT.notSo, 'there is nobody here. Name somebody.');
      if (name === 'bug') throw new TypeError('a mistake');
      answer(terminal, options.json === true, { name }, (value) => [`Hello ${value.name}.`]);
    });
};

async function greet(...args: string[]) {
  const terminal = aTerminal();
  const exitCode = await run(args, terminal, [addGreet]);
  return { exitCode, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

describe('a command line', () => {
  test('gives text to people and one line of JSON to programs', async () => {
    expect(await greet('greet', 'ana')).toEqual({ exitCode: 0, stdout: 'Hello ana.\n', stderr: '' });
    expect(await greet('greet', 'ana', '--json')).toEqual({
      exitCode: 0,
      stdout: '{"name":"ana"}\n',
      stderr: '',
    });
  });

  test('tells a program that asked for JSON why there is no answer, on stdout', async () => {
    const done = await greet('greet', 'nobody', '--json');
    expect(done.exitCode).toBe(1);
    expect(JSON.parse(done.stdout)).toEqual({ error: 'there is nobody here. Name somebody.', exitCode: 1 });
    expect(JSON.parse((await greet('greet', '--json')).stdout)).toMatchObject({ exitCode: 2 });
  });

  test.each([
    { line: ['greet', 'nobody'], exitCode: 1, says: 'error: there is nobody here. Name somebody.\n' },
    { line: ['greet'], exitCode: 2, says: "missing required argument 'name'" },
    { line: ['greet', 'ana', '--jsn'], exitCode: 2, says: 'Did you mean --json?' },
    { line: ['great', 'ana'], exitCode: 2, says: 'Did you mean greet?' },
    { line: ['greet', 'ana', 'bob'], exitCode: 2, says: 'too many arguments' },
    { line: [], exitCode: 2, says: 'Usage: homeostat' },
    { line: ['greet', 'bug'], exitCode: 2, says: 'error: unexpected: TypeError: a mistake' },
  ])('$line ends with $exitCode and says "$says" on stderr', async ({ line, exitCode, says }) => {
    const done = await greet(...line);
    expect(done).toMatchObject({ exitCode, stdout: '' });
    expect(done.stderr).toContain(says);
  });

  test.each([['--help'], ['help'], ['greet', '--help'], ['help', 'greet'], ['--version']])(
    '%s %s is answered on stdout with 0',
    async (...line) => {
      const done = await greet(...line);
      expect(done).toMatchObject({ exitCode: 0, stderr: '' });
      expect(done.stdout).toMatch(
        line.includes('--version') ? /^\d+\.\d+\.\d+\n$/ : /Examples:\n {2}\$ npx homeostat/,
      );
    },
  );
});

/** What `--help` of a command prints, and the commands inside it. */
async function helpOf(...command: string[]): Promise<{ help: string; inner: string[] }> {
  const terminal = aTerminal();
  expect(await main([...command, '--help'], terminal)).toBe(0);
  const block = terminal.stdout().split('Commands:')[1]?.split('Examples:')[0] ?? '';
  const names = [...block.matchAll(/^ {2}([a-z]+)/gm)].map((match) => match[1] ?? '');
  return { help: terminal.stdout(), inner: names.filter((name) => name !== 'help') };
}

test('every command has a help with examples, --json, and stands in the main help', async () => {
  const { inner: names } = await helpOf();
  expect(names.length).toBeGreaterThan(0);
  const commands = names.map((name) => [name]);
  for (const command of commands) {
    const { help, inner } = await helpOf(...command);
    expect(help).toContain(`Examples:\n  $ npx homeostat ${command.join(' ')}`);
    // A command that only holds others has nothing to print itself.
    if (inner.length === 0) expect(help).toContain('--json');
    commands.push(...inner.map((name) => [...command, name]));
  }
  expect(commands).toContainEqual(['rules', 'test']);
});

test('a table aligns its columns and leaves no blanks at the ends', () => {
  expect(
    table([
      ['ana', 'sms', 'x'],
      ['bo', 'e-mail', ''],
    ]),
  ).toEqual(['ana  sms     x', 'bo   e-mail']);
});
