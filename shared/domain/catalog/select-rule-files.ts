import { posix } from 'node:path';
import { hint } from './nearest.ts';
import { caution, failure, type Finding } from './problem.ts';
import type { SystemFolder } from './catalog-layout.ts';

export interface RuleFileSelection {
  /** Relative to the system's folder, each once, in the order of the patterns. */
  readonly files: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Finds the rule files that `rules` names. A pattern that fits no file is an error: rules that are
 * not there watch nothing. A file that no pattern fits gets a warning.
 *
 * @param patterns names or globs as `path.matchesGlob` takes them
 */
export function selectRuleFiles(patterns: readonly string[], folder: SystemFolder): RuleFileSelection {
  const files = new Set<string>();
  const findings: Finding[] = [];
  for (const [index, pattern] of patterns.entries()) {
    const name = posix.normalize(pattern);
    const fitting = folder.files.filter((file) => file === name || posix.matchesGlob(file, name));
    for (const file of fitting) files.add(file);
    if (fitting.length > 0) continue;
    const kind = /[*?[{]/.test(pattern) ? 'no file fits' : 'no file';
    findings.push(
      failure(['rules', index], `${kind} "${pattern}" in ${folder.name}/${hint(pattern, folder.files)}`),
    );
  }
  for (const file of folder.files.filter((name) => !files.has(name))) {
    findings.push(
      caution(['rules'], `"${file}" is in the folder but not named here, so it is not used`, 'key'),
    );
  }
  return { files: [...files], findings };
}
