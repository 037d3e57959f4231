/** One message as a person who watches understands it. */
export interface Told {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** A page asks a person to act; a notice tells a team. */
  readonly kind: 'page' | 'notice';
  /** The person's name, or whose subscribers are told. */
  readonly who: string;
  /** The ways it went: `email`, `sms`, … */
  readonly via: readonly string[];
  readonly subject: string;
}

/** What went out to people. */
export interface Outbox {
  /** The last messages, newest first, at most `limit`. */
  readonly last: (limit: number) => Promise<readonly Told[]>;
}
