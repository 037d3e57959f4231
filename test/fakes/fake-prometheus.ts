import type { Expr } from '../../shared/promql/ast.ts';
import { check } from '../../shared/promql/check.ts';
import { evaluateInstant } from '../../shared/promql/evaluate.ts';
import { MemoryStore } from '../../shared/promql/storage/memory-store.ts';
import type { SeriesReader, SeriesValue } from '../../shared/ports/series.ts';

type Labels = Readonly<Record<string, string>>;

/** Older samples are of no use to the queries of most timelines. */
const KEPT_MS = 20 * 60_000;
const PRUNE_EVERY_MS = 10 * 60_000;

export interface FakePrometheus extends SeriesReader {
  readonly write: (name: string, labels: Labels, value: number, atMs: number) => void;
  /** Evaluates now, whatever the outage: as the store's own alarms do. */
  readonly query: (text: string, atMs: number) => SeriesValue[];
  /** While set, every reading throws it. */
  outage: Error | undefined;
}

/**
 * Series in memory behind the real PromQL engine: what `collect` wrote is what rules and evidence read.
 * @param keptMs so old samples may be that a query reads
 */
export function fakePrometheus(keptMs = KEPT_MS): FakePrometheus {
  const store = new MemoryStore();
  const parsed = new Map<string, Expr>();
  let prunedMs = -Infinity;
  const query = (text: string, atMs: number): SeriesValue[] => {
    const result = evaluateInstant(parsed.get(text) ?? remember(parsed, text), store, atMs);
    if (result.kind === 'vector') return result.samples.map(({ labels, value }) => ({ labels, value, atMs }));
    throw new Error(`${text} gives a ${result.kind}, and alarms and evidence need a vector`);
  };
  const fake: FakePrometheus = {
    outage: undefined,
    write: (name, labels, value, atMs) => {
      store.put({ ...labels, __name__: name }, atMs, value);
      if (atMs - prunedMs < PRUNE_EVERY_MS) return;
      prunedMs = atMs;
      store.prune(atMs - keptMs);
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
