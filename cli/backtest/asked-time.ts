import { InvalidArgumentError } from 'commander';
import { parseDurationS } from '../../shared/domain/catalog/duration.ts';
import { parseUtcMs } from '../../shared/domain/rules/instant.ts';

/** A moment, or so long before the end. */
export type AskedTime = { readonly atMs: number } | { readonly beforeEndMs: number };

/** Reads `--from` and `--to`. */
export function askedTime(text: string): AskedTime {
  const atMs = parseUtcMs(text);
  if (atMs !== undefined) return { atMs };
  const durationS = parseDurationS(text);
  if (durationS !== undefined) return { beforeEndMs: durationS * 1_000 };
  throw new InvalidArgumentError(
    'Expected a time such as 2026-01-31 or 2026-01-31T08:00:00Z, or a duration before the end such as 7d.',
  );
}

/** @param endMs what durations are counted from, epoch milliseconds */
export function momentMs(time: AskedTime | undefined, endMs: number): number | undefined {
  if (time === undefined) return undefined;
  return 'atMs' in time ? time.atMs : endMs - time.beforeEndMs;
}
