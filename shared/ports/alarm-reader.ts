export interface Contributor {
  readonly attributes: Readonly<Record<string, string>>;
  /** Since when it is in alarm. */
  readonly sinceMs: number;
}

/** Alarms as they are, whatever events told. */
export interface AlarmReader {
  /** Names of all alarms with this prefix that are in ALARM. */
  readonly inAlarm: (prefix: string) => Promise<readonly string[]>;
  /** The contributors of one alarm that are in ALARM, none if it is OK; undefined if there is no such alarm. */
  readonly contributors: (alarm: string) => Promise<readonly Contributor[] | undefined>;
}
