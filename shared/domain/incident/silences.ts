import type { Silence } from './state.ts';

/** The silence that holds an alert back at this time: the one that ends last, so that people are told once. */
export function silenceOf(
  silences: Readonly<Record<string, Silence>>,
  labels: Readonly<Record<string, string>>,
  nowMs: number,
): Silence | undefined {
  return Object.values(silences)
    .filter((silence) => nowMs < silence.untilMs && isMatch(silence.match, labels))
    .toSorted((a, b) => b.untilMs - a.untilMs)[0];
}

/** True if every label of the match is there with that very value. */
export function isMatch(
  match: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(match).every(([name, value]) => labels[name] === value);
}
