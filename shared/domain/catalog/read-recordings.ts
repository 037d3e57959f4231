import type { Expr, StringLiteral } from '../../promql/ast.ts';
import { reads } from '../../promql/rewrite.ts';
import { dependencyCycles } from './depends-on.ts';
import { failure, type Path } from './problem.ts';
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

/**
 * Reads the recording rules of a system. CloudWatch records nothing, so each name must stand for one
 * expression that can be put where the name is read.
 */
export function readRecordings(rules: readonly RuleSource[]): Recordings {
  const own = new Map<string, Expr>();
  const sources = new Map<string, RuleSource>();
  const findings: FiledFinding[] = [];
  for (const source of rules) {
    const name = source.rule.record;
    if (name === undefined) continue;
    const first = sources.get(name);
    if (first !== undefined) {
      findings.push(
        fault(source, 'record', `"${name}" is recorded twice (also in ${first.file}, ${where(first)})`),
      );
      continue;
    }
    sources.set(name, source);
    const { read } = source;
    if (read?.ok === true) own.set(name, recordedSeries(read.expr, labelsOf(source)));
    else if (read !== undefined) findings.push(...exprFindings(source, read.faults));
  }
  const needs = new Map([...own].map(([name, expr]) => [name, recordingsRead(expr, own)]));
  for (const cycle of dependencyCycles(needs)) {
    const source = sources.get(cycle[0] ?? '');
    const message = `recording rules read each other in a circle (${cycle.join(' -> ')}); CloudWatch keeps no recorded series to read`;
    if (source !== undefined) findings.push(fault(source, 'expr', message));
    for (const name of cycle) own.delete(name);
  }
  const resolved = resolve(own, sources);
  return { exprs: resolved.exprs, findings: [...findings, ...resolved.findings] };
}

/** The recordings that an expression reads, each once. */
function recordingsRead(expr: Expr, recordings: ReadonlyMap<string, Expr>): string[] {
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

function where({ group }: RuleSource): string {
  return `group "${group.name}"`;
}

/** What the recorded series would be: a vector, with the labels that the rule adds. */
function recordedSeries(expr: Expr, labels: Readonly<Record<string, string>>): Expr {
  const { span } = expr;
  const text = (value: string): StringLiteral => ({ kind: 'string', value, span });
  return Object.entries(labels).reduce<Expr>(
    (inner, [label, value]) => ({
      kind: 'call',
      name: 'label_replace',
      // An empty source label always fits the empty pattern, so the label is set on every series.
      args: [inner, text(label), text(value.replaceAll('$', '$$$$')), text(''), text('')],
      span,
    }),
    expr,
  );
}

/** Puts recordings into recordings, the innermost first, so that a fault is always in the rule's own text. */
function resolve(own: ReadonlyMap<string, Expr>, sources: ReadonlyMap<string, RuleSource>): Recordings {
  const exprs = new Map<string, Expr>();
  const findings: FiledFinding[] = [];
  const visited = new Set<string>();
  const visit = (name: string): void => {
    const expr = own.get(name);
    const source = sources.get(name);
    if (expr === undefined || source === undefined || visited.has(name)) return;
    visited.add(name);
    for (const needed of recordingsRead(expr, own)) visit(needed);
    const inlined = putRecordingsIn(expr, exprs);
    if (inlined.ok) exprs.set(name, inlined.expr);
    else findings.push(...exprFindings(source, inlined.faults));
  };
  for (const name of own.keys()) visit(name);
  return { exprs, findings };
}
