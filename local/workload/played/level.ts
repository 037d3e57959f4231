import type { Level } from './model.ts';

/** A rate wobbles by so much of itself if nothing is said. */
const RATE_WOBBLE = 0.1;
const DEFAULT_SPREAD = 2;

/** When a series is looked at. */
export interface Moment {
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** How long the level holds already; a slope counts from there. */
  readonly heldMs: number;
  /** From 0 up to and without 1. */
  readonly random: () => number;
}

/** The value of a gauge. */
export function gaugeValue(level: Level, moment: Moment): number {
  const { value = 0, age, wobble = 0, slope = 0 } = level;
  const moved = swing(level, moment.nowMs) + chance(wobble, moment.random) + (slope * moment.heldMs) / 1000;
  return rounded(age === undefined ? value + moved : moment.nowMs / 1000 - age + moved);
}

/** How many a second a counter or a histogram counts; never less than none. */
export function rateNow(level: Level, moment: Moment): number {
  const { rate = 0, wobble = rate * RATE_WOBBLE } = level;
  return Math.max(0, rate + swing(level, moment.nowMs) + chance(wobble, moment.random));
}

/** The share of a histogram's observations at or below a bound: log-normal around the median. */
export function shareUpTo(level: Level, bound: number): number {
  const { median = 1 } = level;
  return bound <= 0 ? 0 : normalShare(Math.log(bound / median) / sigma(level));
}

/** The mean of a histogram's observations. */
export function meanOf(level: Level): number {
  return (level.median ?? 1) * Math.exp(sigma(level) ** 2 / 2);
}

function sigma({ spread = DEFAULT_SPREAD }: Level): number {
  return Math.log(spread);
}

function swing({ swing: wave }: Level, nowMs: number): number {
  if (wave === undefined) return 0;
  const periodMs = wave.every * 1000;
  return wave.by * Math.sin((2 * Math.PI * (nowMs % periodMs)) / periodMs);
}

function chance(wobble: number, random: () => number): number {
  return wobble === 0 ? 0 : wobble * (2 * random() - 1);
}

/** No more digits than anybody would print. */
export function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

/**
 * The standard normal distribution function, to seven digits: Abramowitz and Stegun, Handbook of Mathematical
 * Functions, 26.2.17.
 */
function normalShare(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * Math.abs(z));
  const tail =
    t *
    (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
  const upper = (tail * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
  return z >= 0 ? 1 - upper : upper;
}
