import type { Finding, Path } from './problem.ts';
import { readExpr, type ExprRead } from './rule-query.ts';
import type { Rule, RuleGroup } from './schema/rule-file.ts';

/** One rule with its surroundings, and the way to say where something in it is wrong. */
export interface RuleSource {
  /** Relative to the catalog folder. */
  readonly file: string;
  readonly group: RuleGroup;
  readonly rule: Rule;
  readonly read: ExprRead;
  /** Path of the rule in what was read. */
  readonly path: Path;
}

/** A finding and the file it is in. */
export interface FiledFinding {
  readonly file: string;
  readonly finding: Finding;
}

/** All rules of one file, in order, their expressions parsed. */
export function rulesOf(file: string, groups: readonly RuleGroup[]): RuleSource[] {
  return groups.flatMap((group, groupIndex) =>
    group.rules.map((rule, index) => ({
      file,
      group,
      rule,
      read: readExpr(rule.expr, rule.record === undefined ? 'alert' : 'recording'),
      path: ['groups', groupIndex, 'rules', index],
    })),
  );
}
