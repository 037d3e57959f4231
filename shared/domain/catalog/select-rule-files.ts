import { posix } from 'node:path';
import type { SystemFolder } from './catalog-layout.ts';
import { hint } from './nearest.ts';
import { caution, failure, type Finding } from './problem.ts';

export interface RuleFileSelection {
  /** Relative to the catalog folder, each once, in the order of the patterns. */
  readonly files: readonly string[];
  /** Every pattern fits a file, so that all rules of the system are known. */
  readonly isComplete: boolean;
  readonly findings: readonly Finding[];
}

/**
 * Finds the rule files that `rules` names. A pattern that fits no file is an error: rules that are
 * not there watch nothing. A file that no pattern fits gets a warning.
 *
 * @param patterns names or globs as `path.matchesGlob` takes them; undefined where `rules` is broken
 */
export function selectRuleFiles(
  patterns: readonly (string | undefined)[] | undefined,
  folder: SystemFolder,
): RuleFileSelection {
  const files = new Set<string>();
  const findings: Finding[] = [];
  for (const [index, pattern] of (patterns ?? []).entries()) {
    if (pattern === undefined) continue;
    const name = posix.normalize(pattern);
    const fitting = folder.files.filter((file) => file === name || posix.matchesGlob(file, name));
    for (const file of fitting) files.add(file);
    if (fitting.length > 0) continue;
    const kind = /[*?[{]/.test(pattern) ? 'no file fits' : 'no file';
    const message = `${kind} "${pattern}" in ${folder.name}/${hint(pattern, folder.files)}`;
    findings.push(failure(['rules', index], message));
  }
  const isComplete = findings.length === 0 && patterns?.includes(undefined) === false;
  for (const file of isComplete ? folder.files.filter((name) => !files.has(name)) : []) {
    findings.push(
      caution(['rules'], `"${file}" is in the folder but not named here, so it is not used`, 'key'),
    );
  }
  return { files: [...files].map((file) => `${folder.name}/${file}`), isComplete, findings };
}
