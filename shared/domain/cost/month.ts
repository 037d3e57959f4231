/** What happens in a month, in every system of the catalog. */
export interface Month {
  readonly incidents: number;
  /** How long one is open. */
  readonly openMinutes: number;
  /** People paged for one. */
  readonly pages: number;
  /** Attempts to recover for one, in systems that have recoveries. */
  readonly recoveries: number;
}

/** A month in which nothing happens. */
export const IDLE: Month = { incidents: 0, openMinutes: 0, pages: 0, recoveries: 0 };

/** A bad month; `homeostat cost` has an option for each number. */
export const BUSY: Month = { incidents: 30, openMinutes: 30, pages: 2, recoveries: 1 };

/** AWS' own calculators count a month as 730 hours. */
export const HOURS = 730;
export const MINUTES = HOURS * 60;
export const SECONDS = MINUTES * 60;

/** Bytes of a GB, as AWS counts it. */
export const GB = 2 ** 30;
