import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AGGREGATIONS, EXPERIMENTAL, FUNCTIONS } from '../shared/promql/signatures.ts';
import { runScript } from '../test/promqltest/run-script.ts';
import type { Verdict } from '../test/promqltest/verdict.ts';

const INTRODUCTION = `# PromQL

Made by \`docs/generate.ts\` from a run of Prometheus' own engine tests (\`npm run promqltest -- FILE...\`), which stand
beside the project and are no part of it. Homeostat evaluates PromQL itself on your machine, in tests, in back-tests and in
the console, with the engine in \`shared/promql\`; in AWS, CloudWatch evaluates the same rules.

Everything of Prometheus 3 is on, what Prometheus has behind a flag as well. What is experimental there may change there,
and here with it; CloudWatch may not know it.
`;

interface ScriptRun {
  readonly file: string;
  readonly verdicts: readonly Verdict[];
}

/** The page about PromQL, from a run of the engine tests in a folder; undefined where the folder is missing. */
export function promqlReference(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const files = readdirSync(folder).filter((file) => file.endsWith('.test'));
  const runs = files
    .sort()
    .map((file) => ({ file, verdicts: runScript(readFileSync(join(folder, file), 'utf8')) }));
  return [
    INTRODUCTION,
    names(),
    '## Engine tests',
    table(runs),
    '## What does not pass',
    failures(runs),
  ].join('\n\n');
}

function names(): string {
  const list = (known: Iterable<string>, isExperimental: boolean): string =>
    [...known]
      .filter((name) => EXPERIMENTAL.has(name) === isExperimental)
      .sort()
      .map((name) => `\`${name}\``)
      .join(', ');
  return [
    '## Functions and aggregations',
    `**Functions**: ${list(FUNCTIONS.keys(), false)}.`,
    `**Experimental functions**: ${list(FUNCTIONS.keys(), true)}.`,
    `**Aggregations**: ${list(AGGREGATIONS.keys(), false)}.`,
    `**Experimental aggregations**: ${list(AGGREGATIONS.keys(), true)}.`,
    '**Experimental besides**: arithmetic in durations, `anchored` and `smoothed`, `fill`, `fill_left` and `fill_right`, start timestamps.',
  ].join('\n\n');
}

function table(runs: readonly ScriptRun[]): string {
  const row = (name: string, verdicts: readonly Verdict[]): string => {
    const failed = verdicts.filter(({ failure }) => failure !== undefined).length;
    return `| ${name} | ${verdicts.length} | ${verdicts.length - failed} | ${failed} |`;
  };
  return [
    '| file | evals | pass | do not |',
    '| --- | --: | --: | --: |',
    ...runs.map(({ file, verdicts }) => row(`\`${file}\``, verdicts)),
    row(
      'all',
      runs.flatMap(({ verdicts }) => verdicts),
    ),
  ].join('\n');
}

function failures(runs: readonly ScriptRun[]): string {
  const lines = runs.flatMap(({ file, verdicts }) =>
    verdicts.flatMap(({ line, expr, failure }) =>
      failure === undefined ? [] : [`- \`${file}:${line}\`: ${asCode(expr)}: ${asCode(failure.reason)}`],
    ),
  );
  return lines.length === 0 ? 'Nothing: every eval passes.' : lines.join('\n');
}

/** In as many back-ticks as it takes. */
function asCode(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`;
}
