import { keyOf } from '../../promql/evaluation/label-set.ts';
import { print } from '../../promql/print.ts';
import { caution, failure, type Finding, type Problem } from '../catalog/problem.ts';
import type { CatalogFiles } from '../catalog/read-catalog-file.ts';
import { readRuleFile, type RuleFileOptions } from '../catalog/read-rule-file.ts';
import type { KnownMetrics } from './lint/known-metrics.ts';
import type { LintFinding } from './lint/lint.ts';
import { lintRule } from './lint/lint-rule.ts';
import { readGroups, type PlacedRule } from './read-groups.ts';
import { checkTemplate } from '../template/check.ts';

/** What was found in a rule file. */
export interface RuleFileCheck {
  readonly file: string;
  /** Rules that can be evaluated. */
  readonly rules: number;
  /** Errors, which stop the file from being used, and doubts. */
  readonly problems: readonly Problem[];
}

/**
 * Checks a rule file as `promtool check rules` does, and looks for what works and is likely not meant.
 *
 * @param known what the targets expose, where that is known
 */
export function checkRuleFile(
  file: string,
  files: CatalogFiles,
  known: KnownMetrics | undefined,
  options: RuleFileOptions = {},
): RuleFileCheck {
  const { value, problems, locate } = readRuleFile(files, file, options);
  if (value === undefined) return { file, rules: 0, problems };
  const { groups, placed, findings } = readGroups(file, value);
  const names = (value.groups ?? []).map(({ name }) => name);
  const all = [
    ...findings,
    ...names.flatMap((name, index) =>
      names.indexOf(name) === index
        ? []
        : [
            failure(
              ['groups', index, 'name'],
              `groupname: ${JSON.stringify(name)} is repeated in the same file`,
            ),
          ],
    ),
    ...placed.flatMap(checkTemplates),
    ...doubled(placed),
    ...placed.flatMap((one) => lintRule(one.rule, known).map((doubt) => doubtAt(one, doubt))),
  ];
  const rules = groups.reduce((sum, group) => sum + group.rules.length, 0);
  return { file, rules, problems: [...problems, ...locate(all)] };
}

function checkTemplates({ rule, path }: PlacedRule): Finding[] {
  const parts =
    rule.kind === 'alert' ? ({ labels: rule.labels, annotations: rule.annotations } as const) : {};
  return Object.entries(parts).flatMap(([part, texts]) =>
    Object.entries(texts).flatMap(([name, text]) => {
      const error = checkTemplate(text);
      return error === undefined
        ? []
        : [failure([...path, part, name], `template: ${error.message}`, error.at)];
    }),
  );
}

/** Rules that give the same alert or series twice. */
function doubled(placed: readonly PlacedRule[]): Finding[] {
  const seen = new Set<string>();
  return placed.flatMap(({ rule, path }) => {
    const key = `${rule.kind} ${rule.name} ${keyOf(rule.labels)} ${rule.kind === 'alert' ? print(rule.expr) : ''}`;
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    const advice =
      rule.kind === 'alert' ? 'keep one' : 'of series that both give, one is lost, as in Prometheus';
    const message = `duplicate rule: ${rule.name} stands twice with the same labels; ${advice}`;
    return [caution([...path, rule.kind], message)];
  });
}

function doubtAt({ path }: PlacedRule, { in: part, from, lint, message }: LintFinding): Finding {
  const text = `${message} [${lint}]`;
  // A key that is not there has no place of its own.
  return part === 'expr' ? caution([...path, 'expr'], text, from) : caution([...path, part], text, 'key');
}
