/** One line of a log group. */
export interface LogEvent {
  /** Goes up by one in each group. */
  readonly seq: number;
  readonly atMs: number;
  readonly message: string;
}

/** So much of each group is kept for looking; the file of the function has everything. */
const KEPT_CHARACTERS = 4_000_000;

interface Group {
  events: LogEvent[];
  characters: number;
  nextSeq: number;
}

/** The newest lines of every log group, in memory. */
export class LogBook {
  readonly #groups = new Map<string, Group>();

  record(group: string, atMs: number, message: string): void {
    const into = this.#groups.get(group) ?? { events: [], characters: 0, nextSeq: 1 };
    this.#groups.set(group, into);
    into.events.push({ seq: into.nextSeq, atMs, message });
    into.nextSeq += 1;
    into.characters += message.length;
    if (into.characters > KEPT_CHARACTERS) forgetOldest(into);
  }

  names(): string[] {
    return [...this.#groups.keys()];
  }

  /** Oldest first; none for a group that has written nothing. */
  eventsOf(group: string): readonly LogEvent[] {
    return this.#groups.get(group)?.events ?? [];
  }
}

/** Down to half, so that it is not done again with every line. */
function forgetOldest(group: Group): void {
  let gone = 0;
  let { characters } = group;
  while (characters > KEPT_CHARACTERS / 2 && gone < group.events.length - 1) {
    characters -= group.events[gone]?.message.length ?? 0;
    gone += 1;
  }
  group.events = group.events.slice(gone);
  group.characters = characters;
}
