import { runScript } from '../../../../promqltest/run-script.ts';

/** What does not hold in a script of Prometheus' test format, a line each: its line, and why. */
export function failuresOf(script: string): string[] {
  return runScript(script).flatMap(({ line, expr, failure }) =>
    failure === undefined
      ? []
      : [`${line}: ${expr}: ${[failure.reason, ...failure.expected, 'got', ...failure.got].join(' | ')}`],
  );
}
