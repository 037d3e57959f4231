import { ScriptError } from './script-error.ts';
import { requireDurationMs } from './script-lines.ts';

/** The times at which the values of a sequence stand: start, start + step, ... up to end. */
export interface StepTimes {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** Reads the times of a range. A single time has no step. */
export function requireTimes(from: string, to: string, step: string | undefined, line: number): StepTimes {
  const startMs = requireDurationMs(from, line);
  const endMs = requireDurationMs(to, line);
  const stepMs = step === undefined ? 1 : requireDurationMs(step, line);
  if (endMs < startMs || stepMs <= 0)
    throw new ScriptError(
      line,
      `a range ends after its start and has a step above 0, got from ${from} to ${to} step ${step}`,
    );
  return { startMs, endMs, stepMs };
}
