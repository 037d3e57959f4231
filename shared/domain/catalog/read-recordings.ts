import type { Expr } from '../../promql/ast.ts';
import { labelled } from '../../promql/label-filter.ts';
import { print } from '../../promql/print.ts';
import { reads } from '../../promql/rewrite.ts';
import { dependencyCycles } from './depends-on.ts';
import { caution, failure, type Path } from './problem.ts';
import { putRecordingsIn } from './rule-query.ts';
import { labelsOf, type FiledFinding, type RuleSource } from './rule-source.ts';

export interface Recordings {
  /**
   * By the name of the recorded series, recordings that read others already resolved. Broken ones
   * are left out.
   */
  readonly exprs: ReadonlyMap<string, Expr>;
  readonly findings: readonly FiledFinding[];
}

/** One rule that records a name, and its expression with the labels it adds. */
interface Recording {
  readonly source: RuleSource;
  readonly expr: Expr;
}

/** What is recorded under each name. */
type ByName = ReadonlyMap<string, readonly Recording[]>;

/**
 * Reads the recording rules of a system. CloudWatch records nothing, so each name must stand for one
 * expression that can be put where the name is read: that of its rule, or what any of its rules gives.
 */
export function readRecordings(rules: readonly RuleSource[]): Recordings {
  const { own, findings } = readOwn(rules);
  const needs = new Map(
    [...own].map(([name, some]) => [name, some.flatMap(({ expr }) => recordedReads(expr, own))]),
  );
  for (const cycle of dependencyCycles(needs)) {
    const source = own.get(cycle[0] ?? '')?.[0]?.source;
    const message = `recording rules read each other in a circle (${cycle.join(' -> ')}); CloudWatch keeps no recorded series to read`;
    if (source !== undefined) findings.push(fault(source, 'expr', message));
    for (const name of cycle) own.delete(name);
  }
  const resolved = resolve(own);
  return { exprs: resolved.exprs, findings: [...findings, ...resolved.findings] };
}

function readOwn(rules: readonly RuleSource[]): { own: Map<string, Recording[]>; findings: FiledFinding[] } {
  const own = new Map<string, Recording[]>();
  const findings: FiledFinding[] = [];
  const byContent = new Map<string, RuleSource>();
  for (const source of rules) {
    const { rule, read, file, path } = source;
    if (rule.record === undefined || read === undefined) continue;
    if (!read.ok) {
      findings.push(...exprFindings(source, read.faults));
      continue;
    }
    const expr = recordedSeries(read.expr, labelsOf(source));
    const content = `${rule.record} ${print(expr)}`;
    const twin = byContent.get(content);
    if (twin === undefined) {
      byContent.set(content, source);
      const others = own.get(rule.record);
      if (others === undefined) own.set(rule.record, [{ source, expr }]);
      else others.push({ source, expr });
      continue;
    }
    const message = `"${rule.record}" is recorded twice with the same expression and labels (also in ${twin.file}, group "${twin.group.name}")`;
    findings.push({ file, finding: caution([...path, 'record'], message) });
  }
  return { own, findings };
}

/** The recordings that an expression reads, each once. */
function recordedReads(expr: Expr, recordings: ByName): string[] {
  const names = reads(expr).flatMap(({ metric }) =>
    metric !== undefined && recordings.has(metric) ? [metric] : [],
  );
  return [...new Set(names)];
}

/** The faults of an expression, each at its character. */
function exprFindings(
  { file, path }: { readonly file: string; readonly path: Path },
  faults: readonly { readonly message: string; readonly from: number }[],
): FiledFinding[] {
  return faults.map(({ message, from }) => ({ file, finding: failure([...path, 'expr'], message, from) }));
}

function fault({ file, path }: RuleSource, key: string, message: string): FiledFinding {
  return { file, finding: failure([...path, key], message) };
}

/** What the recorded series would be: a vector, with the labels that the rule adds. */
function recordedSeries(expr: Expr, labels: Readonly<Record<string, string>>): Expr {
  return Object.entries(labels).reduce<Expr>(
    (inner, [label, value]) => labelled(inner, label, value.replaceAll('$', '$$$$')),
    expr,
  );
}

/** Puts recordings into recordings, the innermost first, so that a fault is always in the rule's own text. */
function resolve(own: ByName): Recordings {
  const exprs = new Map<string, Expr>();
  const findings: FiledFinding[] = [];
  const visited = new Set<string>();
  const resolveOne = ({ expr, source }: Recording): Expr[] => {
    for (const needed of recordedReads(expr, own)) visit(needed);
    const inlined = putRecordingsIn(expr, exprs);
    if (inlined.ok) return [inlined.expr];
    findings.push(...exprFindings(source, inlined.faults));
    return [];
  };
  const visit = (name: string): void => {
    if (visited.has(name)) return;
    visited.add(name);
    const some = own.get(name) ?? [];
    const resolved = some.flatMap(resolveOne);
    if (resolved.length === some.length) exprs.set(name, resolved.reduce(eitherOf));
  };
  for (const name of own.keys()) visit(name);
  return { exprs, findings };
}

/** Rules that record under one name give the series of all of them. */
function eitherOf(left: Expr, right: Expr): Expr {
  const { span } = right;
  const inParentheses: Expr = { kind: 'paren', expr: right, span };
  return { kind: 'binary', op: 'or', bool: false, left, right: inParentheses, span };
}
