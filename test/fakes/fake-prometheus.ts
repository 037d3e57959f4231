import type { Expr } from '../../shared/promql/ast.ts';
import { check } from '../../shared/promql/check.ts';
import { evaluateInstant } from '../../shared/promql/evaluate.ts';
import { compileMatchers } from '../../shared/promql/matching.ts';
import { selectedSlice, type SeriesSource } from '../../shared/promql/series-source.ts';
import type { SeriesReader, SeriesValue } from '../../shared/ports/series.ts';

type Labels = Readonly<Record<string, string>>;

/** Older samples are of no use to any query of a timeline. */
const KEPT_MS = 20 * 60_000;

export interface FakePrometheus extends SeriesReader {
  readonly write: (name: string, labels: Labels, value: number, atMs: number) => void;
  /** Evaluates now, whatever the outage: as the store's own alarms do. */
  readonly query: (text: string, atMs: number) => SeriesValue[];
  /** While set, every reading throws it. */
  outage: Error | undefined;
}

/** Series in memory behind the real PromQL engine: what `collect` wrote is what rules and evidence read. */
export function fakePrometheus(): FakePrometheus {
  const series = new Map<string, { labels: Labels; timesMs: number[]; values: number[] }>();
  const parsed = new Map<string, Expr>();
  const source: SeriesSource = {
    select: (matchers) => {
      const isMatch = compileMatchers(matchers);
      return [...series.values()].filter(({ labels }) => isMatch(labels)).map((one) => selectedSlice(one));
    },
  };
  const query = (text: string, atMs: number): SeriesValue[] => {
    const result = evaluateInstant(parsed.get(text) ?? remember(parsed, text), source, atMs);
    if (result.kind === 'vector') return result.samples.map(({ labels, value }) => ({ labels, value, atMs }));
    throw new Error(`${text} gives a ${result.kind}, and alarms and evidence need a vector`);
  };
  const fake: FakePrometheus = {
    outage: undefined,
    write: (name, labels, value, atMs) => {
      const all = { ...labels, __name__: name };
      const key = JSON.stringify(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1)));
      const known = series.get(key) ?? { labels: all, timesMs: [], values: [] };
      const stale = known.timesMs.findIndex((time) => time > atMs - KEPT_MS);
      known.timesMs = [...known.timesMs.slice(Math.max(0, stale)), atMs];
      known.values = [...known.values.slice(Math.max(0, stale)), value];
      series.set(key, known);
    },
    query,
    instant: (text, atMs = 0) =>
      fake.outage === undefined ? Promise.resolve(query(text, atMs)) : Promise.reject(fake.outage),
  };
  return fake;
}

function remember(parsed: Map<string, Expr>, text: string): Expr {
  const read = check(text);
  if (!read.ok)
    throw new Error(`${text} is no PromQL: ${read.errors.map(({ message }) => message).join('; ')}`);
  parsed.set(text, read.expr);
  return read.expr;
}
