import { reads } from '../../promql/rewrite.ts';
import type { FiledFinding, RuleSource } from '../catalog/rule-source.ts';

/**
 * Why recording rules cannot be used, by rule: for a fault of their own, or for another that they read. A name is
 * broken if one of the rules that record it is: what reads it would miss series.
 */
export function brokenRecordings(
  sources: readonly RuleSource[],
  findings: readonly FiledFinding[],
): ReadonlyMap<RuleSource, string> {
  const errors = Map.groupBy(
    findings.filter(({ finding }) => finding.severity === 'error'),
    ({ file, finding }) => keyOf({ file, path: finding.path.slice(0, PATH_OF_RULE) }),
  );
  const recordings = sources.filter(({ rule }) => rule.record !== undefined);
  const broken = new Map<RuleSource, string>();
  for (const source of recordings) {
    const own = errors.get(keyOf(source));
    if (own !== undefined) broken.set(source, own.map(({ finding }) => finding.message).join('; '));
  }
  for (let size = -1; size < broken.size;) {
    size = broken.size;
    for (const source of recordings) {
      const reason = broken.has(source) ? undefined : brokenRead(source, broken);
      if (reason !== undefined) broken.set(source, reason);
    }
  }
  return broken;
}

/** `groups`, the group, `rules`, the rule. */
const PATH_OF_RULE = 4;

function keyOf({ file, path }: Pick<RuleSource, 'file' | 'path'>): string {
  return JSON.stringify([file, path]);
}

/** Tells which broken recording a rule reads; undefined if it reads none. */
export function brokenRead(
  { read }: RuleSource,
  broken: ReadonlyMap<RuleSource, string>,
): string | undefined {
  const names = new Set([...broken.keys()].map(({ rule }) => rule.record));
  const metrics = read?.ok === true ? reads(read.expr).map(({ metric }) => metric) : [];
  const found = metrics.find((metric) => metric !== undefined && names.has(metric));
  return found === undefined ? undefined : `it reads "${found}", whose recording rule cannot be used`;
}
