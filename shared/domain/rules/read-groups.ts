import { check } from '../../promql/check.ts';
import { failure, type Finding, type Path } from '../catalog/problem.ts';
import type { RuleFile } from '../catalog/schema/rule-file.ts';
import type { Rule, RuleGroup } from './rule-group.ts';

/** A rule and where it stands in its file. */
export interface PlacedRule {
  readonly rule: Rule;
  readonly path: Path;
}

export interface GroupsRead {
  /** With the rules that are sound. */
  readonly groups: readonly RuleGroup[];
  /** The sound rules of all groups. */
  readonly placed: readonly PlacedRule[];
  readonly findings: readonly Finding[];
}

type FiledGroup = NonNullable<RuleFile['groups']>[number];
type FiledRule = NonNullable<FiledGroup['rules']>[number];

/** The groups of a rule file as Prometheus itself would run them. What only CloudWatch asks is not asked here. */
export function readGroups(file: string, { groups }: RuleFile): GroupsRead {
  const findings: Finding[] = [];
  const placed: PlacedRule[] = [];
  const read = (groups ?? []).map((group, groupIndex): RuleGroup => {
    const rules = (group.rules ?? []).flatMap((rule, index) => {
      const result = readRule(rule, group.labels);
      const path = ['groups', groupIndex, 'rules', index];
      if (result.rule !== undefined) {
        placed.push({ rule: result.rule, path });
        return [result.rule];
      }
      findings.push(
        ...result.faults.map(({ message, from }) => failure([...path, 'expr'], `PromQL: ${message}`, from)),
      );
      return [];
    });
    return {
      name: group.name,
      file,
      intervalMs: group.interval === undefined ? undefined : group.interval * 1_000,
      queryOffsetMs: (group.query_offset ?? 0) * 1_000,
      limit: group.limit ?? 0,
      rules,
    };
  });
  return { groups: read, placed, findings };
}

type RuleRead =
  | { readonly rule: Rule }
  | {
      readonly rule?: undefined;
      readonly faults: readonly { readonly message: string; readonly from: number }[];
    };

function readRule(rule: FiledRule, groupLabels: Readonly<Record<string, string>>): RuleRead {
  const checked = check(rule.expr);
  if (!checked.ok) return { faults: checked.errors };
  if (checked.type !== 'vector' && checked.type !== 'scalar')
    return {
      faults: [{ message: `the expression gives a ${checked.type}, not a vector or scalar`, from: 0 }],
    };
  const common = { expr: checked.expr, labels: { ...groupLabels, ...rule.labels } };
  if (rule.record !== undefined) return { rule: { ...common, kind: 'record', name: rule.record } };
  return {
    rule: {
      ...common,
      kind: 'alert',
      name: rule.alert ?? '',
      forMs: (rule.for ?? 0) * 1_000,
      keepFiringForMs: (rule.keep_firing_for ?? 0) * 1_000,
      annotations: rule.annotations,
    },
  };
}
