import type { SystemBacktest } from './backtest.ts';
import type { ReplayedIncident } from './replay.ts';

/** What a catalog would have done otherwise than another one. */
export interface Difference {
  /** Below 0 if it pages less. */
  readonly pages: number;
  /** Incidents of the other one that paged a person, during which this one pages nobody about the same. */
  readonly missed: readonly DifferentIncident[];
  /** Incidents of this one that page a person, during which the other one pages nobody about the same. */
  readonly added: readonly DifferentIncident[];
}

export interface DifferentIncident extends ReplayedIncident {
  readonly system: string;
}

/** Compares what two catalogs would have done about the same recording. */
export function differenceOf(
  these: readonly SystemBacktest[],
  others: readonly SystemBacktest[],
): Difference {
  return {
    pages: countPages(these) - countPages(others),
    missed: pagedOnlyIn(others, these),
    added: pagedOnlyIn(these, others),
  };
}

function countPages(systems: readonly SystemBacktest[]): number {
  return systems.reduce((sum, { pages }) => sum + pages.length, 0);
}

function pagedOnlyIn(here: readonly SystemBacktest[], there: readonly SystemBacktest[]): DifferentIncident[] {
  return here.flatMap(({ system, incidents, pages }) => {
    const paged = new Set(pages.map(({ incident }) => incident));
    const counterpart = there.find((one) => one.system === system);
    return incidents
      .filter((incident) => paged.has(incident.id) && !isPagedAbout(incident, counterpart))
      .map((incident) => ({ ...incident, system }));
  });
}

/** Whether anybody was paged about the same subject, or about a storm, while the incident was open. */
function isPagedAbout(incident: ReplayedIncident, system: SystemBacktest | undefined): boolean {
  return (system?.incidents ?? []).some((other) => {
    const isSame = other.subject.name === incident.subject.name || other.subject.kind === 'storm';
    const overlaps =
      other.openedAtMs <= (incident.resolvedAtMs ?? Infinity) &&
      incident.openedAtMs <= (other.resolvedAtMs ?? Infinity);
    return isSame && overlaps && system?.pages.some(({ incident: id }) => id === other.id) === true;
  });
}
