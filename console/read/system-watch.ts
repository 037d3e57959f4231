import { alarmPrefix } from '../../shared/contract/alarm-name.ts';
import type { CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
import type { SystemState } from '../../shared/domain/incident/state.ts';
import type { AlarmReader } from '../../shared/ports/alarm-reader.ts';
import type { IncidentLog } from '../../shared/ports/incident-log.ts';
import { CommitTail } from './commit-tail.ts';
import { readSignals } from './read-signals.ts';
import type { SignalSources } from './read-signals.ts';
import type { SystemReading } from './reading.ts';

/** Where everything about a system is read. */
export interface WatchSources extends SignalSources {
  readonly incidents: IncidentLog;
  readonly alarms: AlarmReader;
}

type Slow = Pick<SystemReading, 'signals' | 'signalsProblem' | 'inAlarm'>;

/** Resolved incidents whose stories are told. */
const STORIES_OF_RESOLVED = 8;
/** The first look waits so long for the series; later ones never do. */
const FIRST_WAIT_MS = 3_000;

/**
 * Looks at one system again and again. The log is read at every look; series, alarms and counts once a
 * scrape interval and after every commit, beside the look, so that a slow store holds up no incident.
 */
export class SystemWatch {
  readonly #sources: WatchSources;
  readonly #system: CompiledSystem;
  readonly #tail: CommitTail;
  #slow: Slow | undefined;
  #slowRun: Promise<void> | undefined;
  #slowAtMs = -Infinity;
  #slowSeq = -1;

  constructor(sources: WatchSources, system: CompiledSystem) {
    this.#sources = sources;
    this.#system = system;
    this.#tail = new CommitTail(sources.incidents, system.system);
  }

  /** @throws when the log cannot be read */
  async look(): Promise<SystemReading> {
    const state = await this.#sources.incidents.load(this.#system.system);
    this.#lookAround(state.seq);
    const commits = await this.#tail.read(firstSeqOf(state), state.seq);
    if (this.#slow === undefined)
      await Promise.race([this.#slowRun, this.#sources.clock.sleep(FIRST_WAIT_MS)]);
    return { state, commits, ...this.#slow };
  }

  #lookAround(seq: number): void {
    const nowMs = this.#sources.clock.nowMs();
    const isDue = nowMs - this.#slowAtMs >= this.#system.collection.everyS * 1000 || seq !== this.#slowSeq;
    if (!isDue || this.#slowRun !== undefined) return;
    this.#slowAtMs = nowMs;
    this.#slowSeq = seq;
    this.#slowRun = readSlow(this.#sources, this.#system).then((slow) => {
      this.#slow = slow;
      this.#slowRun = undefined;
    });
  }
}

/** Never throws: what cannot be read is absent, and the reason is said. */
async function readSlow(sources: WatchSources, system: CompiledSystem): Promise<Slow> {
  const [signals, inAlarm] = await Promise.allSettled([
    readSignals(sources, system),
    sources.alarms.inAlarm(alarmPrefix(system.system)),
  ]);
  return {
    ...(signals.status === 'fulfilled'
      ? { signals: signals.value }
      : { signalsProblem: `the series cannot be read: ${reasonOf(signals.reason)}` }),
    ...(inAlarm.status === 'fulfilled' ? { inAlarm: new Set(inAlarm.value) } : {}),
  };
}

/** Where the stories of what is shown begin. */
function firstSeqOf({ incidents, resolved, seq }: SystemState): number {
  const shown = [...Object.values(incidents), ...resolved.slice(0, STORIES_OF_RESOLVED)];
  return Math.min(seq + 1, ...shown.map(({ openedSeq }) => openedSeq));
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
