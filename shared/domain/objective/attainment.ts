import type { CompiledObjective } from '../catalog/compiled.ts';

/** An objective's window is read in pieces of a day, whose points stay under every limit of an answer. */
export const PIECE_MS = 86_400_000;

/** Slices of time in which an objective held, did not, or nobody can tell. */
export interface Slices {
  readonly good: number;
  readonly bad: number;
  /** Without a value: nothing was collected, or nothing happened (0/0). */
  readonly unknown: number;
}

/** How far an objective is met. Shares are from 0 to 1; NaN where nothing is known. */
export interface Attainment {
  /** Of the time that is known, the share in which it held. */
  readonly attained: number;
  /** Of the window, the share that is known: silence is neither good nor bad. */
  readonly known: number;
  /** What is left of the time in which it may fail; below 0 if that is used up. */
  readonly budgetLeft: number;
  /** How many times as fast as allowed it was used up in the last hour; 1 just uses it up over the window. */
  readonly burn: number;
  readonly state: 'met' | 'missed' | 'unknown';
}

/** The values of an objective's series at one moment; NaN counts as none. */
export function judge({ holds, limit }: CompiledObjective, values: readonly number[]): keyof Slices {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return 'unknown';
  return known.every((value) => (holds === 'at-most' ? value <= limit : value >= limit)) ? 'good' : 'bad';
}

/**
 * Error budget by time slices (OpenSLO, budgetingMethod Timeslices): the window may have a share of 1 - target of bad
 * slices.
 *
 * @param window slices of the whole window
 * @param lastHour those of its last hour
 */
export function attainment({ target }: CompiledObjective, window: Slices, lastHour: Slices): Attainment {
  const known = window.good + window.bad;
  const attained = window.good / known;
  const badShare = ({ good, bad }: Slices): number => bad / (good + bad);
  const allowed = 1 - target;
  return {
    attained,
    known: known / (known + window.unknown),
    budgetLeft: 1 - badShare(window) / allowed,
    burn: badShare(lastHour) / allowed,
    state: known === 0 ? 'unknown' : attained >= target ? 'met' : 'missed',
  };
}
