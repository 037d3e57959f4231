import { check } from '../../../../shared/promql/check.ts';
import { evaluateInstant, evaluateRange } from '../../../../shared/promql/evaluate.ts';
import { parse } from '../../../../shared/promql/parse.ts';
import { staleMarker } from '../../../../shared/promql/stale-marker.ts';
import { memorySource, type MemorySeries } from './memory-source.ts';

/** How one `eval` of a script went; `reason` is empty when it passed. */
export interface Verdict {
  readonly line: number;
  readonly expr: string;
  readonly reason: string;
}

interface Expectation {
  fails: boolean;
  isOrdered: boolean;
  text?: string;
  readonly lines: string[];
}

const DURATION_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1e3,
  m: 6e4,
  h: 36e5,
  d: 864e5,
  w: 6048e5,
  y: 31_536e6,
};

function timeMs(text: string): number {
  if (/^-?[\d.]+$/.test(text)) return Number(text) * 1_000;
  const total = [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (DURATION_MS[unit ?? ''] ?? 0),
    0,
  );
  return text.startsWith('-') ? -total : total;
}

/** `metric{a="b"} values`: labels and the rest of the line. */
function splitSeries(line: string): { labels: Record<string, string>; rest: string } {
  const head = /^(?:[\w:]*\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\}|[\w:]+)/.exec(line)?.[0] ?? '';
  const rest = line.slice(head.length).trim();
  if (head === '{}') return { labels: {}, rest };
  const parsed = parse(head);
  if (!parsed.ok || parsed.expr.kind !== 'vector') throw new Error(`not a series: ${line}`);
  const { name, matchers } = parsed.expr;
  const labels = Object.fromEntries(matchers.map((matcher) => [matcher.name, matcher.value]));
  return { labels: name === undefined ? labels : { __name__: name, ...labels }, rest };
}

const number = (text: string): number => Number(text.replace(/Inf$/i, 'Infinity'));

/** `1+2x3 _ 5 stale`: a value for each step, undefined where there is none. */
function sequence(text: string): (number | 'stale' | undefined)[] {
  return text
    .split(/\s+/)
    .filter((item) => item !== '')
    .flatMap((item): (number | 'stale' | undefined)[] => {
      const [, start = '', sign, change = '', times] =
        /^(.+?)(?:(?<![eE])([+-])([\d.]+(?:e[+-]?\d+)?))?(?:x(\d+))?$/.exec(item) ?? [];
      const count = times === undefined ? 0 : Number(times);
      if (start === '_') return Array.from({ length: Math.max(count, 1) }, () => undefined);
      if (start === 'stale') return ['stale'];
      const step = sign === undefined ? 0 : Number(sign + change);
      return Array.from({ length: count + 1 }, (_, index) =>
        index === 0 ? number(start) : number(start) + step * index,
      );
    });
}

/** Runs the `load`, `clear` and `eval` commands of one of Prometheus' engine scripts. Histograms as samples are not read. */
export function runScript(script: string): Verdict[] {
  const lines = script.split('\n');
  const verdicts: Verdict[] = [];
  let series: MemorySeries[] = [];
  for (let index = 0; index < lines.length; index++) {
    const command = (lines[index] ?? '').trim();
    if (command === '' || command.startsWith('#')) continue;
    const line = index + 1;
    const body: string[] = [];
    while (/^\s+\S/.test(lines[index + 1] ?? '')) body.push((lines[++index] ?? '').trim());
    const content = body.filter((item) => !item.startsWith('#'));
    if (command === 'clear') series = [];
    else if (command.startsWith('load')) series = [...series, ...loaded(command, content)];
    else if (command.startsWith('eval')) verdicts.push(judged(line, command, content, series));
  }
  return verdicts;
}

function loaded(command: string, body: readonly string[]): MemorySeries[] {
  const stepMs = timeMs(command.split(/\s+/)[1] ?? '');
  return body.flatMap((item) => {
    if (item.includes('{{') || item.includes('}@')) return [];
    const { labels, rest } = splitSeries(item);
    const points = sequence(rest).flatMap((value, index) =>
      value === undefined ? [] : [[index * stepMs, value] as const],
    );
    const values = new Float64Array(points.length);
    // The marker goes straight into the typed array: anything else may change its bits.
    for (const [index, [, value]] of points.entries())
      values[index] = value === 'stale' ? staleMarker() : value;
    return [{ labels, timesMs: points.map(([at]) => at), values }];
  });
}

function judged(line: number, command: string, body: readonly string[], series: MemorySeries[]): Verdict {
  const instant = /^eval(_\w+)? instant at (\S+)\s+(.*)$/.exec(command);
  const range = /^eval(_\w+)? range from (\S+) to (\S+) step (\S+)\s+(.*)$/.exec(command);
  const [, kind = ''] = instant ?? range ?? [];
  const expr = instant?.[3] ?? range?.[5] ?? '';
  const expected: Expectation = { fails: kind === '_fail', isOrdered: kind === '_ordered', lines: [] };
  for (const item of body) {
    if (item.startsWith('expect fail') || item.startsWith('expected_fail')) expected.fails = true;
    else if (item.startsWith('expect ordered')) expected.isOrdered = true;
    else if (item.startsWith('expect string')) expected.text = item.slice(14).trim();
    else if (!item.startsWith('expect')) expected.lines.push(item);
  }
  const times =
    range === null
      ? [timeMs(instant?.[2] ?? '0')]
      : [range[2], range[3], range[4]].map((text) => timeMs(text ?? ''));
  try {
    const problem = compare(expr, times, expected, series);
    return { line, expr, reason: expected.fails ? 'expected a failure' : problem };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { line, expr, reason: expected.fails && !message.includes('not supported yet') ? '' : message };
  }
}

function compare(
  text: string,
  times: readonly number[],
  expected: Expectation,
  series: MemorySeries[],
): string {
  const checked = check(text);
  if (!checked.ok) throw new Error(checked.errors.map((error) => error.message).join('; '));
  const [startMs = 0, endMs = 0, stepMs = 1] = times;
  const source = memorySource(series);
  if (times.length > 1) {
    const found = evaluateRange(checked.expr, source, { startMs, endMs, stepMs }).series.map(
      ({ labels, timesMs, values: all }) => {
        const values = Array.from(
          { length: Math.floor((endMs - startMs) / stepMs) + 1 },
          (_, index) => all[Array.from(timesMs).indexOf(startMs + index * stepMs)],
        );
        return { labels, values };
      },
    );
    return compareSeries(expected, found);
  }
  const result = evaluateInstant(checked.expr, source, startMs);
  switch (result.kind) {
    case 'scalar':
      return expected.lines.length === 1 &&
        isClose(number(expected.lines[0]?.replace(/^\{\}\s*/, '') ?? ''), result.value)
        ? ''
        : `got scalar ${result.value}`;
    case 'string':
      return expected.text?.slice(1, -1) === result.value ? '' : `got string ${result.value}`;
    case 'vector':
      return compareSeries(
        expected,
        result.samples.map(({ labels, value }) => ({ labels, values: [value] })),
      );
    case 'matrix':
      return compareSeries(
        withoutGaps(expected),
        result.series.map(({ labels, values }) => ({ labels, values: Array.from(values) })),
      );
  }
}

/** A range has only the samples that are there. */
function withoutGaps(expected: Expectation): Expectation {
  return { ...expected, lines: expected.lines.map((item) => item.replaceAll(/ _(?= |$)/g, '')) };
}

interface Row {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly (number | 'stale' | undefined)[];
}

const labelKey = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

function compareSeries(expected: Expectation, found: readonly Row[]): string {
  if (expected.lines.some((item) => item.includes('{{'))) return 'histogram samples are not supported yet';
  const wanted = expected.lines.map((item) => {
    const { labels, rest } = splitSeries(item);
    return { labels, values: sequence(rest) };
  });
  const rows = expected.isOrdered
    ? found
    : found.toSorted((a, b) => (labelKey(a.labels) < labelKey(b.labels) ? -1 : 1));
  const wantedRows = expected.isOrdered
    ? wanted
    : wanted.toSorted((a, b) => (labelKey(a.labels) < labelKey(b.labels) ? -1 : 1));
  const isSame =
    rows.length === wantedRows.length && rows.every((row, index) => isSameRow(row, wantedRows[index]));
  return isSame ? '' : `got ${JSON.stringify(rows)}`;
}

function isSameRow(row: Row, wanted: Row | undefined): boolean {
  if (wanted === undefined || labelKey(row.labels) !== labelKey(wanted.labels)) return false;
  const count = Math.max(row.values.length, wanted.values.length);
  return Array.from({ length: count }, (_, index) => isClose(wanted.values[index], row.values[index])).every(
    Boolean,
  );
}

function isClose(wanted: number | 'stale' | undefined, found: number | 'stale' | undefined): boolean {
  if (typeof wanted !== 'number' || typeof found !== 'number') return wanted === found;
  if (Number.isNaN(wanted) || wanted === found) return Object.is(wanted, found) || wanted === found;
  return Math.abs(wanted - found) <= 1e-6 * Math.max(Math.abs(wanted), Math.abs(found));
}
