/** Keys and list positions from the root of a YAML file to one place in it. */
export type Path = readonly (string | number)[];

/** One thing wrong (or doubtful) in a catalog file, where a person finds it. */
export interface Problem {
  /** Relative to the catalog folder, with `/`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units as editors count. */
  readonly column: number;
  /** A warning does not stop the catalog from being used. */
  readonly severity: 'error' | 'warning';
  /** What was found, what was expected, and the nearest valid spelling where there is one. */
  readonly message: string;
}

/** A problem before its file and line are known: it names its place by path. */
export interface Finding {
  readonly path: Path;
  /** The key at the path, its value, or the character of the value's text at this index. */
  readonly on: 'key' | 'value' | number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** A finding that stops the catalog. */
export function failure(path: Path, message: string, on: Finding['on'] = 'value'): Finding {
  return { path, on, severity: 'error', message };
}

/** A finding that the owner should know of and may live with. */
export function caution(path: Path, message: string, on: Finding['on'] = 'value'): Finding {
  return { path, on, severity: 'warning', message };
}

/** `file:line:column: message`, as compilers print it, so that editors and terminals can jump there. */
export function formatProblem(problem: Problem): string {
  const kind = problem.severity === 'warning' ? 'warning: ' : '';
  return `${problem.file}:${problem.line}:${problem.column}: ${kind}${problem.message}`;
}

/** By file, then by place; doubles are dropped. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const byText = new Map(problems.map((problem) => [formatProblem(problem), problem]));
  return [...byText.values()].sort(
    (a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column,
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** False for a warning. */
export function isError({ severity }: Pick<Finding, 'severity'>): boolean {
  return severity === 'error';
}
