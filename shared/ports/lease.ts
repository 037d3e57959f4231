/** The right to do something alone for a while. It ends by itself, so that a crash blocks nobody for ever. */
export interface Lease {
  /**
   * Takes the lease if nobody has it, if it has run out, or if `holder` has it already (then it is extended).
   *
   * @param untilMs epoch milliseconds at which it ends by itself
   * @returns false when another holder has it
   */
  readonly take: (name: string, holder: string, untilMs: number) => Promise<boolean>;
  /** Gives it back; does nothing when another holder has it by now. */
  readonly release: (name: string, holder: string) => Promise<void>;
}
