import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { SeriesSlice } from '../../../shared/promql/series-source.ts';

/**
 * Writes series in the OpenMetrics text format, each sample with its time. A stale marker is left out: the format
 * has none, and what stands in its place is a gap.
 */
export async function writeOpenMetrics(path: string, series: Iterable<SeriesSlice>): Promise<void> {
  const file = createWriteStream(path);
  for (const one of series) {
    if (!file.write(linesOf(one))) await once(file, 'drain');
  }
  file.end('# EOF\n');
  await finished(file);
}

function linesOf({ labels, timesMs, values }: SeriesSlice): string {
  const { __name__: name = '', ...others } = labels;
  const pairs = Object.entries(others).map(([label, value]) => `${label}="${escaped(value)}"`);
  const series = `${name}{${pairs.join(',')}}`;
  let lines = '';
  for (let at = 0; at < timesMs.length; at++) {
    // The reader cuts what is below a millisecond off, so some of it keeps rounding from losing one.
    const time = `${((timesMs[at] ?? Number.NaN) / 1000).toFixed(3)}4`;
    lines += `${series} ${numberText(values[at] ?? Number.NaN)} ${time}\n`;
  }
  return lines;
}

const escaped = (value: string): string =>
  value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);

function numberText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
