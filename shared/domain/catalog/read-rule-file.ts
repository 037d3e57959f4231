import { caution, type Path } from './problem.ts';
import { readCatalogFile, type CatalogFiles, type ReadFile } from './read-catalog-file.ts';
import { LooseRuleFile, RuleFile } from './schema/rule-file.ts';

export interface RuleFileOptions {
  /** Keys that Prometheus does not know are passed over, as promtool's `--ignore-unknown-fields` does. */
  readonly ignoreUnknown?: boolean | undefined;
}

/**
 * Reads a Prometheus rule file, or the rules in a `PrometheusRule` of the Prometheus operator for Kubernetes, which
 * are the same under `spec`.
 */
export function readRuleFile(
  files: CatalogFiles,
  path: string,
  { ignoreUnknown = false }: RuleFileOptions = {},
): ReadFile<RuleFile> {
  const read = readCatalogFile(files, path, ignoreUnknown ? LooseRuleFile : RuleFile, 'text', rootOfRules);
  if (read.raw === null && read.problems.length === 1) {
    const problems = read.locate([caution([], 'the file is empty: there is no rule in it')]);
    return { ...read, value: NO_RULES, sound: NO_RULES, problems };
  }
  const at = read.sound === undefined ? templateLine(files.get(path)) : undefined;
  if (at === undefined) return read;
  const message =
    'this line is a template’s (of Helm, for example), not YAML; render the file first, such as with "helm template"';
  return { ...read, problems: [{ file: path, line: at, column: 1, severity: 'error', message }] };
}

/** An empty file is one without groups, as it is to Prometheus. */
const NO_RULES: RuleFile = { groups: null };

/** The first line that begins with `{{`, from 1; undefined if none does. */
function templateLine(text: ReturnType<CatalogFiles['get']>): number | undefined {
  const at = typeof text === 'string' ? text.split('\n').findIndex((line) => /^\s*\{\{/.test(line)) : -1;
  return at === -1 ? undefined : at + 1;
}

/** Where the groups are: at the top, or under `spec`. */
function rootOfRules(value: unknown): Path {
  const isMap = typeof value === 'object' && value !== null;
  return isMap && 'kind' in value && value.kind === 'PrometheusRule' && 'spec' in value ? ['spec'] : [];
}
