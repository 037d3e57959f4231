import { isMap, isSeq, parseDocument } from 'yaml';
import type { CatalogFiles } from '../catalog/read-catalog-file.ts';
import { importRules, type ImportedRule } from '../rules/import-rules.ts';

export interface CarriedRules {
  /** Text of each rule file, by the path it had. */
  readonly files: ReadonlyMap<string, string>;
  /** Every rule that was found. */
  readonly rules: readonly ImportedRule[];
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
}

/** Prometheus evaluates a group without an interval of its own so often, where `global` says nothing. */
const USUAL_INTERVAL = '1m';

/**
 * Takes rule files over: as they are, or, where that must be, without the rules that CloudWatch cannot evaluate, and
 * with the interval that Prometheus took for groups without one.
 *
 * @param evaluationInterval `global.evaluation_interval`
 */
export function carryRules(
  paths: readonly string[],
  files: CatalogFiles,
  evaluationInterval: string = USUAL_INTERVAL,
): CarriedRules {
  const { rules, unreadable } = importRules(paths, files);
  const broken = new Set(unreadable.map(({ file }) => file));
  const carried = paths.flatMap((path) => {
    const text = files.get(path);
    if (typeof text !== 'string' || broken.has(path)) return [];
    const own = rules.filter(({ file }) => file === path);
    return [[path, edited(text, own, evaluationInterval)] as const];
  });
  return { files: new Map(carried), rules, unreadable };
}

/** The text with the least change: none where there is nothing to change. */
function edited(text: string, rules: readonly ImportedRule[], interval: string): string {
  const document = parseDocument(text, { schema: 'failsafe' });
  const groups = document.getIn(['spec', 'groups']) ?? document.get('groups');
  if (!isSeq(groups)) return text;
  let isChanged = false;
  // In the order of the file, as the rules are.
  let at = 0;
  for (const group of groups.items) {
    if (!isMap(group)) continue;
    const list = group.get('rules');
    if (!isSeq(list)) continue;
    const kept = list.items.filter(() => rules[at++]?.status === 'ok');
    if (kept.length < list.items.length) {
      list.items = kept;
      isChanged = true;
    }
    if (interval !== USUAL_INTERVAL && !group.has('interval')) {
      group.set('interval', interval);
      isChanged = true;
    }
  }
  return isChanged ? document.toString({ lineWidth: 0 }) : text;
}
