import { readEval, type EvalCommand } from './eval-command.ts';
import { readLoad, type LoadCommand } from './load-command.ts';
import { ScriptError } from './script-error.ts';
import { linesOf, type ScriptLine } from './script-lines.ts';

export type Command = LoadCommand | EvalCommand | { readonly kind: 'clear' };

/**
 * The commands of a script in the format of Prometheus' engine tests: `load`, `clear` and `eval`, each with the
 * lines up to the next empty line. Source: promql/promqltest/README.md of Prometheus.
 * @throws ScriptError
 */
export function readScript(script: string): Command[] {
  const lines = linesOf(script);
  const commands: Command[] = [];
  for (let index = 0; index < lines.length;) {
    const block = blockFrom(lines, index);
    const { command, length } = block.length === 0 ? NOTHING : readCommand(block);
    if (command !== undefined) commands.push(command);
    index += length;
  }
  return commands;
}

/** The lines from an index up to the next empty one. */
function blockFrom(lines: readonly ScriptLine[], from: number): ScriptLine[] {
  let to = from;
  while (to < lines.length && lines[to]?.text !== '') to += 1;
  return lines.slice(from, to);
}

function readCommand(block: readonly ScriptLine[]): { command: Command; length: number } {
  const { number, text } = block[0] ?? { number: 0, text: '' };
  const word = text.split(/\s/, 1)[0]?.toLowerCase() ?? '';
  if (word === 'clear') return CLEAR;
  if (word.startsWith('load')) return readLoad(block);
  if (word.startsWith('eval')) return readEval(block);
  throw new ScriptError(number, `${JSON.stringify(text)} is no command: load, clear or eval was expected`);
}

const NOTHING = { command: undefined, length: 1 } as const;
const CLEAR = { command: { kind: 'clear' }, length: 1 } as const;
