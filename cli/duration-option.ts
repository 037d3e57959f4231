import { InvalidArgumentError } from 'commander';
import { formatDurationS, parseDurationS } from '../shared/domain/catalog/duration.ts';

/**
 * What reads the duration that an option is given.
 *
 * @param example one that is taken, as it is written
 * @param leastS the shortest that is taken
 * @returns a reader that gives seconds, and refuses what it does not take in words for whoever typed it
 */
export function durationOption(example: string, leastS = 1): (text: string) => number {
  const least = leastS > 0 ? ` of at least ${formatDurationS(leastS)}` : '';
  return (text) => {
    const seconds = parseDurationS(text);
    if (seconds !== undefined && seconds >= leastS) return seconds;
    throw new InvalidArgumentError(`Expected a duration${least}, such as ${example}.`);
  };
}
