import { addBacktest } from './backtest/command.ts';
import { addChaos } from './chaos.ts';
import { addCost } from './cost.ts';
import { addDemo } from './demo/command.ts';
import { addDoctor } from './doctor/command.ts';
import { addExplain } from './explain.ts';
import { addFault } from './fault/command.ts';
import { addImport } from './import/command.ts';
import { addObjectives } from './objectives.ts';
import { addIncidents } from './incidents.ts';
import { addAck, addResolve, addSilence } from './operate.ts';
import { addLocal } from './local.ts';
import { realTerminal } from './output.ts';
import type { ExitCode, Terminal } from './output.ts';
import { run } from './program.ts';
import { addRules } from './rules/command.ts';
import { addValidate } from './validate.ts';

/** The commands in the order of the help. */
const COMMANDS = [
  addLocal,
  addDemo,
  addValidate,
  addRules,
  addImport,
  addBacktest,
  addCost,
  addFault,
  addChaos,
  addDoctor,
  addIncidents,
  addExplain,
  addObjectives,
  addAck,
  addResolve,
  addSilence,
];

/** The `homeostat` command: runs one command line and gives its exit code. */
export function main(args: readonly string[], terminal: Terminal = realTerminal()): Promise<ExitCode> {
  return run(args, terminal, COMMANDS);
}
