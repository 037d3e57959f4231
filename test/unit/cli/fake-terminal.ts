import type { Terminal } from '../../../cli/output.ts';

/** A terminal that remembers what was written. */
export function aTerminal(): Terminal & { readonly stdout: () => string; readonly stderr: () => string } {
  let stdout = '';
  let stderr = '';
  return {
    out: (text) => {
      stdout += text;
    },
    err: (text) => {
      stderr += text;
    },
    stdout: () => stdout,
    stderr: () => stderr,
  };
}
