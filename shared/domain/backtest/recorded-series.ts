import { matchersOf, type Matcher } from '../../promql/ast.ts';
import type { SeriesSource } from '../../promql/series-source.ts';
import type { CompiledRule } from '../catalog/compiled.ts';

/**
 * Recorded series as rules read them: what confines a query to its system is not asked of series that were recorded
 * before they had a system.
 */
export function recordedSeries(source: SeriesSource): SeriesSource {
  return {
    select: (matchers, fromMs, toMs) => source.select(withoutConfinement(matchers), fromMs, toMs),
  };
}

function withoutConfinement(matchers: readonly Matcher[]): Matcher[] {
  return matchers.filter(({ name }) => !name.startsWith('@'));
}

/** Whether everything that a rule reads has a sample in (fromMs, toMs]; true if it looks for silence only. */
export function isSeen(rule: CompiledRule, source: SeriesSource, fromMs: number, toMs: number): boolean {
  return unrecordedReads(rule, source, fromMs, toMs).length === 0;
}

/** The metrics that a rule reads, but for those whose silence it looks for, without a sample in (fromMs, toMs]. */
export function unrecordedReads(
  rule: CompiledRule,
  source: SeriesSource,
  fromMs: number,
  toMs: number,
): string[] {
  const wanted = new Set(rule.reads.filter(({ absent }) => !absent).map(({ metric }) => metric));
  return [...wanted].filter((metric) => {
    const matchers = matchersOf({ kind: 'vector', name: metric, matchers: [], span: { from: 0, to: 0 } });
    return source.select(matchers, fromMs, toMs)[Symbol.iterator]().next().done === true;
  });
}
