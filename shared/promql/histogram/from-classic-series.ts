import { parseNumber } from '../number-text.ts';
import type { SeriesSlice } from '../series-source.ts';
import type { ClassicBucket } from './classic.ts';
import { fromClassic } from './from-classic.ts';
import type { Histogram } from './histogram.ts';

/** What is known of one histogram at one time. */
interface Reading {
  readonly buckets: ClassicBucket[];
  count?: number;
  sum?: number;
}

interface Gathered {
  readonly labels: Readonly<Record<string, string>>;
  readonly byTime: Map<number, Reading>;
}

const PART = /^(.*)_(bucket|count|sum)$/s;
const UPPER_BOUND = 'le';

/**
 * The series of native histograms with custom bounds that say the same as series of classic ones: `x` for `x_bucket`,
 * `x_count` and `x_sum`. Other series are left out. Throws a RangeError when counts fall from bucket to bucket.
 */
export function fromClassicSeries(series: readonly SeriesSlice[]): SeriesSlice[] {
  const found = new Map<string, Gathered>();
  for (const slice of series) gather(slice, found);
  return [...found.values()].map(({ labels, byTime }) => {
    const timesMs = [...byTime.keys()].sort((a, b) => a - b);
    const histograms: Histogram[] = timesMs.map((timeMs) =>
      fromClassic(byTime.get(timeMs) ?? { buckets: [] }),
    );
    return { labels, timesMs, values: timesMs.map(() => 0), histograms };
  });
}

function gather({ labels, timesMs, values }: SeriesSlice, found: Map<string, Gathered>): void {
  const { __name__: fullName = '', [UPPER_BOUND]: le, ...others } = labels;
  const [, name = '', part] = PART.exec(fullName) ?? [];
  const upper = parseNumber(le ?? '');
  if (part === undefined || (part === 'bucket' && (upper === undefined || Number.isNaN(upper)))) return;
  const own = part === 'bucket' || le === undefined ? others : { ...others, [UPPER_BOUND]: le };
  const key = JSON.stringify([name, Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1))]);
  const histogram: Gathered = found.get(key) ?? { labels: { __name__: name, ...own }, byTime: new Map() };
  found.set(key, histogram);
  for (let at = 0; at < timesMs.length; at++) {
    const timeMs = timesMs[at] ?? Number.NaN;
    const value = values[at] ?? Number.NaN;
    const known: Reading = histogram.byTime.get(timeMs) ?? { buckets: [] };
    histogram.byTime.set(timeMs, known);
    if (part === 'bucket') known.buckets.push({ upper: upper ?? Infinity, count: value });
    else known[part === 'count' ? 'count' : 'sum'] = value;
  }
}
