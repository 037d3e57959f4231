import { MOST_ALARMS_A_STACK } from '../../contract/alarm-stacks.ts';
import type { Expr } from '../../promql/ast.ts';
import { reads } from '../../promql/rewrite.ts';
import { compileRule, type RuleContext } from './compile-rule.ts';
import type { CompiledRule } from './compiled.ts';
import { caution, failure, type Finding } from './problem.ts';
import { readRecordings } from './read-recordings.ts';
import { evaluationInterval } from './rule-interval.ts';
import { rulesOf, type FiledFinding, type RuleSource, type SoundRuleFile } from './rule-source.ts';

export interface CompiledRules {
  /** The sound ones; all of them if no finding is an error. */
  readonly rules: readonly CompiledRule[];
  /** The name of every alert, sound or not; undefined if something is so broken that not all are known. */
  readonly alerts: ReadonlySet<string> | undefined;
  readonly findings: readonly FiledFinding[];
  /** What recorded names stand for. */
  readonly recordings: ReadonlyMap<string, Expr>;
}

/** Makes alarms of all alert rules of a system. */
export function compileRules(
  files: readonly SoundRuleFile[],
  context: Omit<RuleContext, 'recordings'>,
): CompiledRules {
  const sources = files.flatMap(rulesOf);
  const recordings = readRecordings(sources);
  const findings = [...files.flatMap(checkGroups), ...recordings.findings];
  const byAlarm = new Map<string, CompiledRule>();
  for (const source of sources) {
    const { alert } = source.rule;
    if (alert === undefined) continue;
    const result = compileRule(source, alert, { ...context, recordings: recordings.exprs });
    findings.push(...result.findings.map((finding) => ({ file: source.file, finding })));
    const { rule } = result;
    const twin = rule === undefined ? undefined : byAlarm.get(rule.alarmName);
    if (twin !== undefined) findings.push(doubled(source, twin));
    else if (rule !== undefined) byAlarm.set(rule.alarmName, rule);
  }
  findings.push(...largeGroups(sources));
  const hasErrors = findings.some(({ finding }) => finding.severity === 'error');
  if (!hasErrors) findings.push(...unreadRecordings(sources));
  return {
    rules: [...byAlarm.values()],
    alerts: alertNames(files, sources),
    findings,
    recordings: recordings.exprs,
  };
}

function alertNames(
  files: readonly SoundRuleFile[],
  sources: readonly RuleSource[],
): Set<string> | undefined {
  // Null is an empty list; undefined is a broken one.
  const groups = files.flatMap((file) => (file.groups === undefined ? [undefined] : (file.groups ?? [])));
  const isBroken = groups.some(
    (group) => group === undefined || ('rules' in group && group.rules === undefined),
  );
  const hasNameless = sources.some(({ rule }) => (rule.alert ?? rule.record) === undefined);
  return isBroken || hasNameless ? undefined : new Set(sources.flatMap(({ rule }) => rule.alert ?? []));
}

function doubled({ file, path }: RuleSource, twin: CompiledRule): FiledFinding {
  return { file, finding: failure([...path, 'alert'], standsTwice(twin)) };
}

/** What is wrong with an alert that would be the same alarm as another. */
export function standsTwice({ alert, file, group }: CompiledRule): string {
  return `the alert "${alert}" stands twice with the same expression and labels (also in ${file}, group "${group}"); keep one`;
}

function checkGroups({ file, groups }: SoundRuleFile): FiledFinding[] {
  const names = new Set<string>();
  return (groups ?? []).flatMap((group, index) => {
    if (group === undefined) return [];
    const path = ['groups', index];
    const found: Finding[] = [];
    if (group.name !== undefined && names.has(group.name))
      found.push(failure([...path, 'name'], `the group "${group.name}" stands twice in this file`));
    names.add(group.name ?? '');
    const { problem } = evaluationInterval(group.interval);
    if (problem !== undefined) found.push({ path: [...path, 'interval'], on: 'value', ...problem });
    if ((group.query_offset ?? 0) > 0) {
      const message =
        'without effect: CloudWatch evaluates at the present; write "offset" in the expressions instead';
      found.push(caution([...path, 'query_offset'], message, 'key'));
    }
    if ((group.limit ?? 0) > 0) {
      const message = 'without effect: CloudWatch has a limit of its own, 100 alerts a rule';
      found.push(caution([...path, 'limit'], message, 'key'));
    }
    return found.map((finding) => ({ file, finding }));
  });
}

/** All alarms of a group are in one stack, so that none of them moves; groups of one name count as one. */
function largeGroups(sources: readonly RuleSource[]): FiledFinding[] {
  const alerts = sources.filter(({ rule }) => rule.alert !== undefined);
  return [...Map.groupBy(alerts, ({ group }) => group.name)].flatMap(([name, some]) => {
    const first = some[MOST_ALARMS_A_STACK];
    if (name === undefined || first === undefined) return [];
    const message = `the group "${name}" has ${some.length} alerts, expected at most ${MOST_ALARMS_A_STACK}, what one stack of alarms holds; give part of it another name`;
    return [{ file: first.file, finding: failure([...first.path.slice(0, 2), 'name'], message) }];
  });
}

/** Recording rules whose series an owner may look for in vain. */
function unreadRecordings(sources: readonly RuleSource[]): FiledFinding[] {
  const read = new Set(
    sources
      .flatMap((source) => (source.read?.ok === true ? reads(source.read.expr) : []))
      .map(({ metric }) => metric),
  );
  return sources.flatMap(({ rule: { record }, file, path }) => {
    if (record === undefined || read.has(record)) return [];
    const message = `no rule reads "${record}", so nothing comes of it: CloudWatch keeps no recorded series`;
    return [{ file, finding: caution([...path, 'record'], message) }];
  });
}
