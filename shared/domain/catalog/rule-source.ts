import type { Finding, Path } from './problem.ts';
import { readExpr, type ExprRead } from './rule-query.ts';
import type { Salvaged } from './salvage.ts';
import type { RuleFile } from './schema/rule-file.ts';

type SoundGroup = NonNullable<NonNullable<Salvaged<RuleFile>['groups']>[number]>;
type SoundRule = NonNullable<NonNullable<SoundGroup['rules']>[number]>;

/** One rule file of a system, as far as it is sound; `file` is relative to the catalog folder. */
export interface SoundRuleFile {
  readonly file: string;
  readonly groups: Salvaged<RuleFile>['groups'];
}

/** One rule with its surroundings, and the way to say where something in it is wrong. */
export interface RuleSource {
  /** Relative to the catalog folder. */
  readonly file: string;
  readonly group: SoundGroup;
  readonly rule: SoundRule;
  /** Missing if there is no sound `expr`. */
  readonly read: ExprRead | undefined;
  readonly path: Path;
}

/** A finding and the file it is in. */
export interface FiledFinding {
  readonly file: string;
  readonly finding: Finding;
}

/** All rules of one file, in order, their expressions parsed. */
export function rulesOf({ file, groups }: SoundRuleFile): RuleSource[] {
  return (groups ?? []).flatMap((group, groupIndex) =>
    (group?.rules ?? []).flatMap((rule, index) => {
      if (group === undefined || rule === undefined) return [];
      const kind = rule.record === undefined ? 'alert' : 'recording';
      const read = rule.expr === undefined ? undefined : readExpr(rule.expr, kind);
      return [{ file, group, rule, read, path: ['groups', groupIndex, 'rules', index] }];
    }),
  );
}

/** The labels of a rule over those of its group. */
export function labelsOf({ group, rule }: RuleSource): Record<string, string> {
  return soundTexts({ ...group.labels, ...rule.labels });
}

/** A map of texts without its broken entries. */
export function soundTexts(
  map: Readonly<Record<string, string | undefined>> | undefined,
): Record<string, string> {
  const sound = Object.entries(map ?? {}).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value]],
  );
  return Object.fromEntries(sound) as Record<string, string>;
}
