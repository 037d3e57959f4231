import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import * as prettier from 'prettier';
import { isKept, ratioOf } from './figure.ts';
import type { Figure } from './figure.ts';
import { PROJECT } from './quick-start.ts';

/** One run of some benches on one machine. */
export interface Report {
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  readonly machine: {
    readonly cores: number;
    readonly system: string;
    readonly node: string;
    /** Processes that wanted a core in the minute before: much more than none, and the values are worth little. */
    readonly load: number;
  };
  readonly figures: Figure[];
  /** What could not be measured, and why. */
  readonly failures: string[];
}

/** A report without figures, of this machine. */
export function aReport(now: Date): Report {
  const system = `${process.platform} ${process.arch}`;
  return {
    takenAt: now.toISOString(),
    machine: { cores: cpus().length, system, node: process.version, load: loadavg()[0] ?? 0 },
    figures: [],
    failures: [],
  };
}

const HEAD = ['figure', 'value', 'beside', 'value', 'ratio', 'must hold'] as const;

/** A table for a terminal. */
export function asText({ figures, failures }: Report): string {
  const rows = [HEAD, ...figures.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return [...table, ...failures.map(notMeasured)].map((line) => `${line.trimEnd()}\n`).join('');
}

function notMeasured(failure: string): string {
  return `not measured: ${failure}`;
}

/** docs/benchmarks.md. */
export async function asMarkdown(report: Report): Promise<string> {
  const { takenAt, machine, figures, failures } = report;
  const rows = [HEAD, HEAD.map(() => '---'), ...figures.map(cells)];
  const text = [
    '# Benchmarks',
    '',
    `Written by \`npm run bench -- --write\` on ${takenAt.slice(0, 10)}: ${String(machine.cores)} shared cores, ${machine.system}, Node ${machine.node}, with a load of ${rounded(machine.load)} from other work.`,
    '',
    ...HOW_TO_READ,
    '',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    ...failures.map((failure) => `- ${notMeasured(failure)}`),
    '',
  ].join('\n');
  const file = join(PROJECT, 'docs/benchmarks.md');
  return prettier.format(text, { ...(await prettier.resolveConfig(file)), filepath: file });
}

const HOW_TO_READ = [
  'How to read it: a figure alone says more about the machine than about Homeostat. So each stands beside something',
  'simple that was measured in the same run; the ratio travels to another machine, the value does not. No test',
  'holds times; this table is looked at before a release.',
  '',
  '- **ready**: from the command to a shop that answers, with an empty state folder. The first start compiles',
  '  everything, later ones find it compiled.',
  "- **idle**: `npm start` with a shop that is well, without the shop's own processes. Homeostat looks several times as",
  '  often as on AWS.',
  '- **alarm to SNS**: 1,000 alarm events, ten a second, in 20 systems of five services: each tenth opens an incident',
  '  and pages two people, the others are further alerts of it and tell the team. From the event on the bus over SQS,',
  '  `intake` and the log to the first message in the outbox.',
  '- **storm**: 100 alarms of 100 contributors fire in one system at once.',
  '- **commits**: reads of what is new and appends to the log, one after the other; the reference puts items of the',
  '  same size under a condition.',
  '- **collect**: scrape, parse, encode, send, in processor time of the collecting process.',
  '- **init**: a fresh process until it asks for its first event. The reference makes the same SDK clients, is bundled',
  '  in the same way and started in turn with it; the ratio is the median of the pairs.',
  "- **promql**: rules at one time, and panels of a day, in our engine on its compact store and in Debian's Prometheus",
  '  on compressed blocks of the same samples, in turn. Ours from the text to the result; Prometheus by its own account',
  '  of the evaluation, on one core. Bytes a sample are those of the samples, without labels.',
];

function cells(figure: Figure): readonly string[] {
  const { what, value, unit, beside, mustHold } = figure;
  const ratio = ratioOf(figure);
  return [
    what,
    withUnit(value, unit),
    beside?.what ?? '',
    beside === undefined ? '' : withUnit(beside.value, unit),
    ratio === undefined ? '' : rounded(ratio),
    mustHold === undefined ? '' : promise(figure, mustHold),
  ];
}

function promise(figure: Figure, { limit, ofRatio }: NonNullable<Figure['mustHold']>): string {
  const told = ofRatio === true ? `ratio ≤ ${String(limit)}` : `≤ ${withUnit(limit, figure.unit)}`;
  return `${told}: ${isKept(figure) === true ? 'yes' : 'no'}`;
}

function withUnit(value: number, unit: Figure['unit']): string {
  return `${rounded(value)}${unit.startsWith('%') || unit.startsWith('/') ? '' : ' '}${unit}`.trim();
}

/** Three digits that count. */
function rounded(value: number): string {
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en-US')
    : String(Number(value.toPrecision(3)));
}
