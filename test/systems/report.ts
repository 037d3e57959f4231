import { join } from 'node:path';
import * as prettier from 'prettier';
import { formatDurationS } from '../../shared/domain/catalog/duration.ts';
import type { Unplayable } from './find-systems.ts';
import type { RuleKind } from './kind.ts';
import type { RuleVerdict } from './play-rule.ts';

/** A rule that nobody tried, and why. */
export interface NotPlayed {
  readonly rule: string;
  readonly kind: RuleKind;
  readonly because: string;
}

export interface SystemVerdict {
  readonly system: string;
  /** So long it was watched while nothing was wrong, in seconds. */
  readonly healthyS: number;
  /** Rules that were left out; they count neither as sound nor as tried. */
  readonly notPlayed: readonly NotPlayed[];
  readonly rules: readonly RuleVerdict[];
  /** What is wrong with the system as a whole, such as what fires on a healthy day. */
  readonly problems: readonly string[];
}

const HEAD = ['system', 'rule', 'kind', 'severity', 'fired after', 'pages', 'recovery', 'resolved after'];

/** A rule as a row under {@link HEAD}. */
function cells(verdict: RuleVerdict): string[] {
  const { system, rule, kind, severity, firedAfterS, pages, recoveries, resolvedAfterS, isHealed } = verdict;
  const held = verdict.heldBy === undefined ? '' : `, incident open for ${verdict.heldBy.join(', ')}`;
  const time = (seconds: number | null): string =>
    seconds === null ? 'never' : formatDurationS(Math.round(seconds));
  return [
    system,
    rule,
    kind,
    severity,
    time(firedAfterS),
    pages.join(', ') || '-',
    recoveries.join(', ') || '-',
    `${time(resolvedAfterS)}${isHealed ? ', by the recovery' : ''}${held}`,
  ];
}

export function unplayable({ name, problem }: Unplayable): SystemVerdict {
  return { system: name, healthyS: 0, rules: [], notPlayed: [], problems: [problem] };
}

/** Whether everything fired and resolved as it should, and nothing else. */
export function isSound({ rules, problems }: SystemVerdict): boolean {
  return problems.length === 0 && rules.length > 0 && rules.every((rule) => rule.problems.length === 0);
}

export function problemsOf({ system, rules, problems }: SystemVerdict): string[] {
  return [
    ...problems.map((problem) => `${system}: ${problem}`),
    ...rules.flatMap((rule) => rule.problems.map((problem) => `${system} ${rule.rule}: ${problem}`)),
  ];
}

/** What came of the time in which all was well, and what was left out; a sentence each. */
function remarks({ healthyS, notPlayed, problems }: SystemVerdict): string[] {
  const watched = formatDurationS(healthyS);
  return [
    ...(healthyS > 0 && problems.length === 0 ? [`In ${watched} of health nothing fired.`] : []),
    ...notPlayed.map(({ rule, kind, because }) => `${rule} (${kind}) was not played: ${because}.`),
  ];
}

/** The last line: `systems: S of 5, rules: R of N`. */
function summary(systems: readonly SystemVerdict[]): string {
  const rules = systems.flatMap((system) => system.rules);
  const sound = rules.filter(({ problems }) => problems.length === 0).length;
  return `systems: ${systems.filter(isSound).length} of ${systems.length}, rules: ${sound} of ${rules.length}`;
}

/** The table, what is wrong, and the summary, for a terminal. */
export function asText(verdicts: readonly SystemVerdict[]): string {
  const rows = [HEAD, ...verdicts.flatMap(({ rules }) => rules.map(cells))];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const said = verdicts.flatMap((one) => remarks(one).map((remark) => `${one.system}: ${remark}`));
  return [...lines, ...said, ...verdicts.flatMap(problemsOf), summary(verdicts)]
    .map((line) => `${line}\n`)
    .join('');
}

/** Where the tables stand for readers. */
export const DOCUMENT = join(import.meta.dirname, '../../docs/systems.md');

/** The whole of docs/systems.md. */
export async function asDocument(systems: readonly SystemVerdict[]): Promise<string> {
  const sections = await Promise.all(systems.map(asSection));
  return formatted([INTRODUCTION, ...sections, `\`${summary(systems)}\``].join('\n\n'));
}

/** A system's part of docs/systems.md, as it stands there. */
export function asSection(verdict: SystemVerdict): Promise<string> {
  const { system, rules } = verdict;
  const columns = HEAD.slice(1);
  const rows = [columns, columns.map(() => '---'), ...rules.map((rule) => cells(rule).slice(1))];
  const lines = [
    `## ${system}`,
    '',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    ...remarks(verdict),
    '',
    ...problemsOf(verdict).map((problem) => `- ${problem}`),
  ];
  return formatted(lines.join('\n'));
}

async function formatted(markdown: string): Promise<string> {
  return prettier.format(markdown, { ...(await prettier.resolveConfig(DOCUMENT)), filepath: DOCUMENT });
}

const INTRODUCTION = `<!-- Made by \`npm run systems -- --write\`. Do not edit. -->

# Five systems, rule by rule

\`npm run systems\` plays the systems in \`examples/\` under a virtual clock: five minutes in which all is well, then what a
rule is about ([workload.md](workload.md)), held for five minutes once the alert fires, then all is well again. What
decides is the real thing: the functions, the PromQL engine, the catalog. Chance is seeded, so that every run is the same.

- **kind**: what the rule judges by: \`absence\` whether something is there at all, \`baseline\` days of history, \`trend\` where
  it leads, \`histogram\` a quantile, \`concentration\` the share of a few, \`ratio\` one sum over another, \`rate\` how quickly
  it counts, \`threshold\` a plain value.
- **fired after**: from the beginning of the fault. It holds the rule's own \`for\` and ranges.
- **pages**: who was paged. Nobody where the catalog's escalation does not page for the severity; teams are told.
- **recovery**: what ran, and how it ended.
- **resolved after**: from the end of the fault until the incident was resolved; from the firing, if a recovery mended it
  before. An incident is resolved when all its alerts are over.

Before, each system has a day on which nothing is wrong, with its times of the day: it fires nothing and misses no
objective, or a line below the table says what did.`;
