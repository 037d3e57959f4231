import type { Histogram } from '../../histogram/histogram.ts';
import type { Window } from '../ranges.ts';

/** What the samples of a range are. */
export type WindowContent = 'floats' | 'histograms' | 'both';

export function contentOf({ histograms, start, end }: Window): WindowContent {
  if (histograms === undefined) return 'floats';
  let count = 0;
  for (let at = start; at < end; at++) if (histograms[at] !== undefined) count++;
  if (count === 0) return 'floats';
  return count === end - start ? 'histograms' : 'both';
}

/** The histograms of a range, in order. */
export function histogramsOf({ histograms, start, end }: Window): Histogram[] {
  return (histograms?.slice(start, end) ?? []).filter((histogram) => histogram !== undefined);
}

/** The range without its histograms; itself if it has none. */
export function floatsOf(window: Window): Window {
  if (contentOf(window) === 'floats') return window;
  const { start, end, histograms } = window;
  const isFloat = (_: number, at: number): boolean => histograms?.[start + at] === undefined;
  const values = window.values.slice(start, end).filter(isFloat);
  return {
    ...window,
    timesMs: window.timesMs.slice(start, end).filter(isFloat),
    values,
    startsMs: window.startsMs?.slice(start, end).filter(isFloat),
    histograms: undefined,
    start: 0,
    end: values.length,
  };
}

export function sampleAt({ values, histograms }: Window, at: number): number | Histogram | undefined {
  return histograms?.[at] ?? values[at];
}
