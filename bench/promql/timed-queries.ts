import { check } from '../../shared/promql/check.ts';
import { evaluateInstant, evaluateRange, type RangeTimes } from '../../shared/promql/evaluate.ts';
import type { SeriesSource } from '../../shared/promql/series-source.ts';
import type { Prometheus } from '../../test/contract/promql/prometheus.ts';

/** Milliseconds that one evaluation takes, and how many series come out. */
export interface Timed {
  readonly ms: number;
  readonly series: number;
}

/** Of ours also the time that it had a core, which other work on the machine does not lengthen. */
export interface TimedHere extends Timed {
  readonly processorMs: number;
}

/** From the text to the result. */
export function ours(source: SeriesSource, text: string, when: number | RangeTimes): TimedHere {
  const spentBefore = process.cpuUsage();
  const before = performance.now();
  const checked = check(text);
  if (!checked.ok) throw new Error(`${text}: ${checked.errors[0]?.message ?? ''}`);
  const series =
    typeof when === 'number'
      ? countOf(evaluateInstant(checked.expr, source, when))
      : evaluateRange(checked.expr, source, when).series.length;
  const ms = performance.now() - before;
  const { user, system } = process.cpuUsage(spentBefore);
  return { ms, series, processorMs: (user + system) / 1000 };
}

function countOf(result: ReturnType<typeof evaluateInstant>): number {
  return result.kind === 'vector' ? result.samples.length : 1;
}

interface Reply {
  readonly data: {
    readonly result: readonly unknown[];
    readonly stats: { readonly timings: { readonly evalTotalTime: number } };
  };
}

/** What Prometheus says that its evaluation took, without HTTP and JSON. */
export async function its(prometheus: Prometheus, text: string, when: number | RangeTimes): Promise<Timed> {
  const seconds = (ms: number): string => (ms / 1000).toFixed(3);
  const reply = (await (typeof when === 'number'
    ? prometheus.get('/api/v1/query', { query: text, time: seconds(when), stats: 'true' })
    : prometheus.get('/api/v1/query_range', {
        query: text,
        start: seconds(when.startMs),
        end: seconds(when.endMs),
        step: seconds(when.stepMs),
        stats: 'true',
      }))) as Reply;
  return { ms: reply.data.stats.timings.evalTotalTime * 1000, series: reply.data.result.length };
}
