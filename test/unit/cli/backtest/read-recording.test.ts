import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRecordedFile } from '../../../../cli/backtest/read-recording.ts';
import { Recording } from '../../../../cli/backtest/recording.ts';
import { parseExposition } from '../../../../shared/domain/collection/exposition.ts';
import { SampleBuffer } from '../../../../shared/promql/sample-buffer.ts';

let path = '';
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'recording-')), 'recorded.prom');
});
afterEach(() => {
  rmSync(join(path, '..'), { recursive: true });
});

/** What is in a recording, or the message of the error. */
function read(text: string, pieceBytes?: number): unknown {
  writeFileSync(path, text);
  const recording = new Recording();
  try {
    readRecordedFile(path, recording, pieceBytes);
  } catch (error) {
    return String(error);
  }
  const series = [...recording.store.select([], -Infinity, Infinity)].map((one) => {
    const into = new SampleBuffer();
    one.read(-Infinity, Infinity, into);
    return [
      JSON.stringify(one.labels),
      into.timesMs.slice(0, into.length),
      into.values.slice(0, into.length),
    ];
  });
  return { series, samples: recording.samples };
}

/** A time, as milliseconds; where the text turns out to be OpenMetrics, one that is far off. */
const time = fc.nat(99).map((more) => 1_764_000_000_000 + more);
const line = fc.oneof(
  fc
    .tuple(fc.constantFrom('up', 'é_total', '{"x.y"}'), fc.nat(9), time)
    .map(([name, value, s]) =>
      name.startsWith('{') ? `${name} ${value} ${s}` : `${name.replace('é', 'e')} ${value} ${s}`,
    ),
  fc
    .tuple(fc.constantFrom('a', 'ö\\n', 'two\nlines', '\n# HELP "', 'x"'.slice(0, 1)), time)
    .map(([value, s]) => `up{path="${value}"} 1 ${s}`),
  fc.constantFrom('# HELP up a "quote', '# TYPE up gauge', '', '# a comment'),
);
const text = fc
  .tuple(fc.array(line, { maxLength: 30 }), fc.boolean())
  .map(([lines, isOpenMetrics]) => `${lines.join('\n')}\n${isOpenMetrics ? '# EOF\n' : ''}`);

test('a file read in pieces is the file, wherever they end', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 3, max: 80 }), (whole, pieceBytes) => {
      expect(read(whole, pieceBytes)).toEqual(read(whole));
    }),
    { numRuns: 300 },
  );
});

test('what is wrong is told with its line in the whole file', () => {
  fc.assert(
    fc.property(text, fc.nat(30), fc.integer({ min: 3, max: 80 }), (whole, at, pieceBytes) => {
      const lines = whole.split('\n');
      lines.splice(Math.min(at, lines.length - 1), 0, 'up{ 1');
      const broken = lines.join('\n');
      const { problem } = parseExposition(
        broken,
        Infinity,
        /# EOF\s*$/.test(broken) ? 'openmetrics' : 'text',
      );
      // Where the bad line stands inside a label's value, nothing is wrong.
      fc.pre(problem !== undefined);
      expect(read(broken, pieceBytes)).toMatch(
        new RegExp(`^RecordingError: line ${String(problem?.line)}: .`),
      );
    }),
    { numRuns: 300 },
  );
});
