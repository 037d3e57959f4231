import type { Verdict } from './verdict.ts';

/** What a file's evals came to. */
export interface FileVerdicts {
  readonly path: string;
  readonly verdicts: readonly Verdict[];
}

/** One line for the file, and a block for each eval that fails. */
export function asText({ path, verdicts }: FileVerdicts): string {
  const blocks = verdicts.flatMap(({ line, expr, failure }) =>
    failure === undefined
      ? []
      : [
          `${path}:${line}: ${expr}`,
          `  ${failure.reason}`,
          ...failure.expected.map((text) => `  expected  ${text}`),
          ...failure.got.map((text) => `  got       ${text}`),
        ],
  );
  const { passed, failed } = countOf([{ path, verdicts }]);
  return [...blocks, `${path}: ${passed} passed, ${failed} failed`, ''].join('\n');
}

export function countOf(files: readonly FileVerdicts[]): { passed: number; failed: number } {
  const all = files.flatMap(({ verdicts }) => verdicts);
  const failed = all.filter(({ failure }) => failure !== undefined).length;
  return { passed: all.length - failed, failed };
}
