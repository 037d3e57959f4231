import type { Command } from 'commander';
import { formatDurationS } from '../../shared/domain/catalog/duration.ts';
import { didYouMean } from '../../shared/domain/catalog/nearest.ts';
import type { MetricRead } from '../../shared/domain/catalog/compiled.ts';
import { explainRules, type RuleExplanation } from '../../shared/domain/rules/explain-rule.ts';
import { answer, CommandFailed, EXIT, type Terminal } from '../output.ts';
import { examples, JSON_OPTION } from '../program.ts';
import { validCatalog } from '../valid-catalog.ts';

/** Tells what follows from the rules with a name. Throws `CommandFailed` if there is none. */
export function explainRule(
  name: string,
  options: { readonly catalog: string; readonly json?: boolean },
  terminal: Terminal,
): void {
  const catalog = validCatalog(options.catalog);
  const rules = explainRules(catalog, name);
  if (rules.length === 0) {
    const names = Object.values(catalog.systems).flatMap((system) => system.rules.map(({ alert }) => alert));
    throw new CommandFailed(EXIT.notSo, `no rule "${name}" in ${options.catalog}${didYouMean(name, names)}`);
  }
  answer(terminal, options.json === true, { rules }, () =>
    rules.flatMap((rule, at) => [...(at === 0 ? [] : ['']), ...linesOf(rule)]),
  );
}

function readOf({ metric, absent }: MetricRead): string {
  return `${metric}${absent ? ', or that it is not there' : ''}`;
}

function linesOf({ rule, pages, told, recoveries }: RuleExplanation): string[] {
  const line = (title: string, text: string): string => `  ${title.padEnd(10)}${text}`;
  return [
    `${rule.alert} (${rule.severity}), group "${rule.group}" of ${rule.file}`,
    line('alarm', rule.alarmName),
    line('asks', rule.query.trim()),
    line('how often', `every ${formatDurationS(rule.everyS)}`),
    line('fires', `after ${formatDurationS(rule.pendingS)} without a break`),
    line('ends', rule.recoveryS === 0 ? 'at once' : `after ${formatDurationS(rule.recoveryS)} without it`),
    ...[...new Set(rule.reads.map(readOf))].map((read) => line('reads', read)),
    ...Object.entries(rule.annotations).map(([name, text]) => line(name, text.trim())),
    ...(pages.length === 0
      ? [line('pages', 'nobody: its severity is only told')]
      : pages.map(({ afterS, people }) =>
          line(
            'pages',
            `${people.join(', ')} ${afterS === 0 ? 'at once' : `after ${formatDurationS(afterS)}`}`,
          ),
        )),
    ...told.map(({ team, address }) => line('tells', `${team}: ${address}`)),
    ...(recoveries.length === 0
      ? [line('tries', 'nothing by itself')]
      : recoveries.map(({ recovery, labels }) => {
          const actions = recovery.actions.map(
            ({ action, service }) => `${action} ${service ?? 'its service'}`,
          );
          const when = labels.length === 0 ? '' : `, if its ${labels.join(' and ')} fits`;
          return line('tries', `"${recovery.name}": ${actions.join(', then ')}${when}`);
        })),
  ];
}

/** Hangs `homeostat rules explain` into `homeostat rules`. */
export function addRulesExplain(rules: Command, terminal: Terminal): void {
  rules
    .command('explain')
    .description('tell what follows from a rule: its alarm, what it reads, who is paged, what is tried')
    .argument('<name>', 'the name of an alert')
    .requiredOption('--catalog <dir>', 'the catalog it is in')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples([
        'homeostat rules explain ServiceDown --catalog examples/quickstart',
        'from the series to the person',
      ]),
    )
    .action((name: string, options: { catalog: string; json?: boolean }) => {
      explainRule(name, options, terminal);
    });
}
