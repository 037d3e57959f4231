import type { FamilyType, Sample } from './exposition.ts';

/** What is remembered about a series whose target tells no start time. */
interface Seen {
  readonly startMs: number;
  readonly value: number;
  readonly atMs: number;
}

/** Remembered from scrape to scrape of one target, by series key. Lost with the process, which is harmless. */
export type SeenSeries = ReadonlyMap<string, Seen>;

const SUFFIXES: Readonly<Record<string, readonly FamilyType[]>> = {
  _bucket: ['histogram'],
  _sum: ['histogram', 'summary'],
  _count: ['histogram', 'summary'],
};

/** True if the sample only ever grows: a counter, or the parts of a histogram or summary that count. */
export function isCumulative(sample: Sample, types: ReadonlyMap<string, FamilyType>): boolean {
  const own = types.get(sample.name);
  if (own === 'counter') return true;
  if (own === 'gauge' || own === 'untyped') return false;
  const { base, suffix } = splitName(sample.name);
  const type = types.get(base);
  return type !== undefined && (SUFFIXES[suffix]?.includes(type) ?? false);
}

function splitName(name: string): { base: string; suffix: string } {
  const suffix = ['_bucket', '_sum', '_count', '_total'].find((ending) => name.endsWith(ending)) ?? '';
  return { base: name.slice(0, name.length - suffix.length), suffix };
}

/**
 * Identity of a series within its target: name and labels in order, unmistakably joined because each word is
 * preceded by its length. Made for every sample, so it is plain text and no JSON.
 */
export function seriesKey(name: string, labels: Readonly<Record<string, string>>): string {
  let key = `${String(name.length)}:${name}`;
  for (const label of Object.keys(labels).sort()) {
    const value = labels[label] ?? '';
    key += `${String(label.length)}:${label}${String(value.length)}:${value}`;
  }
  return key;
}

/**
 * When each cumulative series of a scrape began to count: the family's `_created` sample with the same
 * labels, else the target's `process_start_time_seconds`, else the time it was first seen. A value that
 * fell began again: then the start is the time of the scrape before. Never after `atMs`.
 */
export class StartTimes {
  readonly #atMs: number;
  readonly #before: SeenSeries;
  readonly #created = new Map<string, number>();
  readonly #processStartMs: number | undefined;
  readonly #seen = new Map<string, Seen>();

  constructor(samples: readonly Sample[], before: SeenSeries, atMs: number) {
    this.#atMs = atMs;
    this.#before = before;
    const starts = samples.filter((sample) => sample.name === 'process_start_time_seconds');
    this.#processStartMs = starts.length === 1 ? this.#sane(starts[0]?.value) : undefined;
    for (const { name, labels, value } of samples) {
      const createdMs = name.endsWith('_created') ? this.#sane(value) : undefined;
      if (createdMs !== undefined) this.#created.set(seriesKey(name, labels), createdMs);
    }
  }

  /** @param key the series' {@link seriesKey} */
  startMsOf(sample: Sample, key: string): number {
    return this.#createdMs(sample) ?? this.#processStartMs ?? this.#firstSeenMs(sample, key);
  }

  /** What to remember for the next scrape of this target: the series of this one, no others. */
  seen(): SeenSeries {
    return this.#seen;
  }

  #createdMs({ name, labels }: Sample): number | undefined {
    if (this.#created.size === 0) return undefined;
    const { le: _le, quantile: _quantile, ...rest } = labels;
    const { base } = splitName(name);
    return (
      this.#created.get(seriesKey(`${base}_created`, rest)) ??
      this.#created.get(seriesKey(`${name}_created`, rest))
    );
  }

  #firstSeenMs({ value }: Sample, key: string): number {
    const before = this.#before.get(key);
    const hasReset = before !== undefined && value < before.value;
    const startMs = hasReset ? before.atMs : (before?.startMs ?? this.#atMs);
    this.#seen.set(key, { startMs, value, atMs: this.#atMs });
    return startMs;
  }

  /** Seconds as a target tells them, in milliseconds; undefined if they cannot be a start. */
  #sane(startS: number | undefined): number | undefined {
    if (startS === undefined || !(startS > 0)) return undefined;
    const startMs = Math.round(startS * 1_000);
    return Number.isSafeInteger(startMs) && startMs <= this.#atMs ? startMs : undefined;
  }
}
