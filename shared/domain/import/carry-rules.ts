import { Document, isAlias, isMap, isSeq, parseDocument, visit, type YAMLMap } from 'yaml';
import { parseDurationS } from '../catalog/duration.ts';
import type { CatalogFiles } from '../catalog/read-catalog-file.ts';
import { evaluationInterval } from '../catalog/rule-interval.ts';
import type { OwnSeverities } from '../catalog/severity.ts';
import { importRules, type ImportedRule } from '../rules/import-rules.ts';

export interface CarriedRules {
  /** Text of each rule file, by the path it had. */
  readonly files: ReadonlyMap<string, string>;
  /** Every rule that was found. */
  readonly rules: readonly ImportedRule[];
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
}

export interface CarryOptions {
  /** `global.evaluation_interval`. */
  readonly every: string | undefined;
  /** Files that are known to be unfit for a catalog. */
  readonly refused: ReadonlySet<string>;
  readonly severities: OwnSeverities;
}

/** Prometheus evaluates a group without an interval of its own so often, where `global` says nothing. */
const USUAL_INTERVAL = '1m';

/**
 * Takes rule files over: as they are, or, where that must be, without the rules that CloudWatch cannot evaluate, and
 * with the interval that Prometheus took for groups without one.
 *
 */
export function carryRules(
  paths: readonly string[],
  files: CatalogFiles,
  options: CarryOptions,
): CarriedRules {
  const { every = USUAL_INTERVAL, refused, severities } = options;
  const { unreadable } = importRules(paths, files);
  const without = new Set([...refused, ...unreadable.map(({ file }) => file)]);
  const { rules } = importRules(paths, files, { without, severities });
  const carried = paths.flatMap((path) => {
    const text = files.get(path);
    if (typeof text !== 'string' || without.has(path)) return [];
    const own = rules.filter(({ file }) => file === path);
    return [[path, edited(text, own, every)] as const];
  });
  return { files: new Map(carried), rules, unreadable };
}

/** The text with the least change: none where there is nothing to change. */
function edited(text: string, rules: readonly ImportedRule[], interval: string): string {
  const document = editable(text);
  const groups = document.getIn(['spec', 'groups']) ?? document.get('groups');
  if (!isSeq(groups)) return text;
  // In the order of the file, as the rules are.
  const statuses = rules.map(({ status }) => status)[Symbol.iterator]();
  let isChanged = false;
  for (const group of groups.items) {
    if (!isMap(group)) continue;
    const isWhole = withoutUnsupported(group, statuses);
    const isAsBefore = withInterval(group, interval);
    isChanged ||= !isWhole || !isAsBefore;
  }
  return isChanged ? document.toString({ lineWidth: 0 }) : text;
}

/** The document; with what its aliases stand for written out if it has any, because they would be edited together. */
function editable(text: string): Document {
  const document: Document = parseDocument(text, { schema: 'failsafe', merge: true });
  let hasAliases = false;
  visit(document, (_, node) => {
    if (isAlias(node)) hasAliases = true;
  });
  if (!hasAliases) return document;
  const plain = withoutEmpty(document.toJS({ maxAliasCount: 100 }));
  return new Document(plain, { schema: 'failsafe', aliasDuplicateObjects: false });
}

/** Without the entries of maps that are empty, which would come out as empty text. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== '' && inner !== null);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutEmpty(inner)]));
}

/** Takes out what is not supported; true if that was nothing. */
function withoutUnsupported(group: YAMLMap, statuses: Iterator<ImportedRule['status']>): boolean {
  const rules = group.get('rules');
  if (!isSeq(rules)) return true;
  const kept = rules.items.filter(() => statuses.next().value === 'ok');
  const isWhole = kept.length === rules.items.length;
  if (!isWhole) rules.items = kept;
  return isWhole;
}

/** Gives a group the interval that it had in Prometheus; true if it stands there, or is the usual one. */
function withInterval(group: YAMLMap, interval: string): boolean {
  const written = group.get('interval');
  const ownS = typeof written === 'string' ? parseDurationS(written) : undefined;
  if (evaluationInterval(ownS).problem?.severity === 'error') {
    // Only recordings are left of it, and they are evaluated where they are read.
    group.delete('interval');
    return false;
  }
  if (interval === USUAL_INTERVAL || group.has('interval')) return true;
  group.set('interval', interval);
  return false;
}
