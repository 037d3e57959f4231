import type { Matcher } from '../../../promql/ast.ts';
import { compileMatchers, type Labels } from '../../../promql/matching.ts';
import type { FamilyType, Sample } from '../../collection/exposition.ts';

/** What is known of the metrics that rules read, from scrapes of the real targets. */
export interface KnownMetrics {
  readonly typeOf: (name: string) => FamilyType | undefined;
  /** The series that match, of the metric with the name; undefined if no target has that metric. */
  readonly seriesOf: (name: string, matchers: readonly Matcher[]) => readonly Labels[] | undefined;
}

/** What scrapes tell, each with the labels that collection adds to its series. */
export function knownMetrics(
  scrapes: readonly {
    readonly samples: readonly Sample[];
    readonly types: ReadonlyMap<string, FamilyType>;
    readonly added: Labels;
  }[],
): KnownMetrics {
  const types = new Map(scrapes.flatMap((scrape) => [...scrape.types]));
  const series = new Map<string, Labels[]>();
  for (const { samples, added } of scrapes) {
    for (const { name, labels } of samples) {
      const known = series.get(name) ?? [];
      series.set(name, known);
      known.push({ ...labels, ...added, __name__: name });
    }
  }
  return {
    typeOf: (name) => types.get(name) ?? types.get(name.replace(/_(?:bucket|sum|count|total|created)$/, '')),
    seriesOf: (name, matchers) => series.get(name)?.filter(compileMatchers(matchers)),
  };
}
