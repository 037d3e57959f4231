import { alarmName } from '../../contract/alarm-name.ts';
import type { Expr } from '../../promql/ast.ts';
import { checkTemplate } from '../template/check.ts';
import { canonicalJson, hexHash } from './catalog-hash.ts';
import type { CompiledRule, Severity } from './compiled.ts';
import { formatDurationS } from './duration.ts';
import { didYouMean } from './nearest.ts';
import { caution, failure, isError, type Finding } from './problem.ts';
import { evaluationInterval } from './rule-interval.ts';
import { confinedQuery } from './rule-query.ts';
import { labelsOf, soundTexts, type RuleSource } from './rule-source.ts';
import { parseSeverity, SEVERITY_NAMES, type OwnSeverities } from './severity.ts';

/** CloudWatch takes pending and recovery periods of at most one day. */
const MAX_PERIOD_S = 86_400;

/** What an alert rule may refer to. */
export interface RuleContext {
  readonly system: string;
  readonly services: ReadonlySet<string>;
  readonly recordings: ReadonlyMap<string, Expr>;
  /** Undefined if it is not known which there are: nothing is told then of values that may be among them. */
  readonly severities: OwnSeverities | undefined;
  /** Takes the place of every group's interval. */
  readonly evaluateEveryS?: number | undefined;
}

export interface RuleResult {
  /** Missing if a finding is an error, or if something in the rule is broken and was told before. */
  readonly rule?: CompiledRule;
  readonly findings: readonly Finding[];
}

/** Makes an alarm of one alert rule. */
export function compileRule(source: RuleSource, alert: string, context: RuleContext): RuleResult {
  const { file, group, rule } = source;
  const labels = labelsOf(source);
  const severity = readSeverity(source, alert, context.severities);
  const pending = readPeriod(source, 'for');
  const recovery = readPeriod(source, 'keep_firing_for');
  const query = readQuery(source, context);
  const findings = [...severity.findings, ...pending.findings, ...recovery.findings, ...query.findings];
  findings.push(...checkLabels(source, labels, context), ...checkTemplates(source));
  const isSound = group.name !== undefined && rule.expr !== undefined && !findings.some(isError);
  if (!isSound || query.value === undefined || severity.value === undefined) return { findings };
  const hash8 = hexHash(canonicalJson([rule.expr, labels]), 8);
  const service = literal(labels['service']);
  const compiled: CompiledRule = {
    alarmName: alarmName({ system: context.system, group: group.name, alert, hash8 }),
    system: context.system,
    file,
    group: group.name,
    alert,
    severity: severity.value,
    ...(service !== undefined && { service }),
    expr: rule.expr,
    ...query.value,
    pendingS: pending.value,
    recoveryS: recovery.value,
    everyS: context.evaluateEveryS ?? evaluationInterval(group.interval).everyS,
    labels: { ...labels, severity: severity.value },
    annotations: soundTexts(rule.annotations),
  };
  return { rule: compiled, findings };
}

interface Read<Value> {
  readonly value: Value;
  readonly findings: readonly Finding[];
}

function readQuery(
  { read, path }: RuleSource,
  context: RuleContext,
): Read<Pick<CompiledRule, 'query' | 'reads'> | undefined> {
  const at = [...path, 'expr'];
  if (read === undefined) return { value: undefined, findings: [] };
  const query = read.ok ? confinedQuery(read.expr, context.recordings, context.system) : read;
  if (!query.ok) {
    return {
      value: undefined,
      findings: query.faults.map(({ message, from }) => failure(at, message, from)),
    };
  }
  const value = { query: query.query, reads: query.reads };
  if (query.reads.length > 0) return { value, findings: [] };
  const message =
    'this rule reads no metric; CloudWatch may refuse it, and nothing can show that it still sees';
  return { value, findings: [caution(at, message)] };
}

/** `for` and `keep_firing_for`: CloudWatch takes whole seconds, so a fraction is rounded up. */
function readPeriod({ rule, path }: RuleSource, key: 'for' | 'keep_firing_for'): Read<number> {
  const seconds = rule[key] ?? 0;
  const whole = Math.ceil(seconds);
  if (seconds > MAX_PERIOD_S) {
    const message = `found ${formatDurationS(whole)}, expected at most 1d; CloudWatch takes no more`;
    return { value: whole, findings: [failure([...path, key], message)] };
  }
  if (whole === seconds) return { value: whole, findings: [] };
  const message = `${seconds}s becomes ${whole}s; CloudWatch takes whole seconds`;
  return { value: whole, findings: [caution([...path, key], message)] };
}

function readSeverity(
  { group, rule, path }: RuleSource,
  alert: string,
  severities: OwnSeverities | undefined,
): Read<Severity | undefined> {
  // Broken labels are told already, and may hold the severity.
  if (rule.labels === undefined || group.labels === undefined) return { value: undefined, findings: [] };
  const own = rule.labels['severity'];
  const written = own ?? group.labels['severity'] ?? '';
  const severity = parseSeverity(written, severities);
  const isTold = severities === undefined || severities.has(written);
  if (severity !== undefined || isTold) return { value: severity, findings: [] };
  if (written === '') {
    const message = `"${alert}" has no severity; add "labels: {severity: critical}" (or high, warning, info)${orSay('what such rules are', '', 'warning')}`;
    return { value: undefined, findings: [failure([...path, 'alert'], message)] };
  }
  const place = own === undefined ? path.slice(0, 2) : path;
  const names = [...SEVERITY_NAMES, ...severities.keys()].filter((name) => name !== '');
  const isWord = /^[\w.-]+$/.test(written);
  const remedy = didYouMean(written, names) || (isWord ? orSay('what it means', written, 'critical') : '');
  const message = `found severity "${written}", expected one of: ${names.join(', ')}${remedy}`;
  return { value: undefined, findings: [failure([...place, 'labels', 'severity'], message)] };
}

/** A catalog says it in `organization.yaml`; what is no catalog yet, on the command line. */
function orSay(what: string, name: string, severity: Severity): string {
  const inYaml = `"severities: {${name === '' ? "''" : name}: ${severity}}"`;
  return `; or say ${what}: ${inYaml} in organization.yaml, --severity ${name}=${severity} where rules are imported`;
}

/** Prometheus does not load a rule whose text cannot be filled in. A query in a text is not run: pages do not wait for it. */
function checkTemplates({ rule, path }: RuleSource): Finding[] {
  return (['labels', 'annotations'] as const).flatMap((part) =>
    Object.entries(soundTexts(rule[part])).flatMap(([name, text]) => {
      const at = [...path, part, name];
      const error = checkTemplate(text);
      if (error !== undefined) return [failure(at, `template: ${error.message}`, error.at)];
      if (!/\{\{[^}]*\bquery\b/.test(text)) return [];
      return [caution(at, 'a query in a text is not run here: it gives nothing; put it into the expression')];
    }),
  );
}

function checkLabels(
  { path }: RuleSource,
  labels: Readonly<Record<string, string>>,
  { services }: RuleContext,
): Finding[] {
  const findings: Finding[] = [];
  const at = [...path, 'labels'];
  if (labels['__name__'] !== undefined) {
    findings.push(failure([...at, '__name__'], 'the label "__name__" cannot be set on an alert', 'key'));
  }
  const service = literal(labels['service']);
  if (service !== undefined && !services.has(service)) {
    const message = `no service "${service}" in this system${didYouMean(service, services)}`;
    findings.push(caution([...at, 'service'], message));
  }
  return findings;
}

/** A label's value if it is fixed, not a template. */
function literal(value: string | undefined): string | undefined {
  return value === undefined || value === '' || value.includes('{{') ? undefined : value;
}
