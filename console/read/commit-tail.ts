import type { IncidentLog, StoredCommit } from '../../shared/ports/incident-log.ts';

/** Of a stream so many commits are kept to tell stories from; `explain` reads all. */
const MOST_COMMITS = 500;

/** The end of one system's stream, read on from where it was left. */
export class CommitTail {
  readonly #incidents: IncidentLog;
  readonly #system: string;
  #commits: readonly StoredCommit[] = [];

  constructor(incidents: IncidentLog, system: string) {
    this.#incidents = incidents;
    this.#system = system;
  }

  /** The commits from one number to another, both included, but no more than the last {@link MOST_COMMITS}. */
  async read(wantedSeq: number, toSeq: number): Promise<readonly StoredCommit[]> {
    const fromSeq = Math.max(wantedSeq, toSeq - MOST_COMMITS + 1, 1);
    const kept = this.#commits.filter(({ seq }) => seq >= fromSeq && seq <= toSeq);
    const [first, last] = [kept[0]?.seq ?? toSeq + 1, kept.at(-1)?.seq ?? toSeq];
    const before = first > fromSeq ? await this.#incidents.read(this.#system, fromSeq, first - 1) : [];
    const after = last < toSeq ? await this.#incidents.read(this.#system, last + 1, toSeq) : [];
    this.#commits = [...before, ...kept, ...after];
    return this.#commits;
  }
}
