import { formatDurationS, parseDurationS } from '../catalog/duration.ts';
import type { Path } from '../catalog/problem.ts';
import { textOf, under, type Notes } from './notes.ts';

/** The intervals and limits that one system has for all its jobs. */
export interface Cadence {
  readonly everyS: number;
  readonly timeoutS: number;
  readonly maxBytes?: number;
}

/** As Prometheus has them where `global` says nothing. */
const INTERVAL = '1m';
const TIMEOUT = '10s';
/** What `collection.every` may be. */
const [LEAST_S, MOST_S] = [5, 60];

/** One system is collected at one interval: the shortest of its jobs, within what collect can do. */
export function cadenceOf(config: unknown, jobs: readonly unknown[], notes: Notes): Cadence {
  const global = under(config, 'global');
  const wanted = (key: string, otherwise: string): Wanted[] =>
    jobs.map((job, index) => {
      const asked = textOf(under(job, key)) ?? textOf(under(global, key));
      const written = asked ?? otherwise;
      const seconds = parseDurationS(written) ?? 0;
      return { path: ['scrape_configs', index, key], written, isAsked: asked !== undefined, seconds };
    });
  const intervals = wanted('scrape_interval', INTERVAL);
  const everyS = Math.ceil(Math.min(MOST_S, Math.max(LEAST_S, Math.min(MOST_S, ...positive(intervals)))));
  const bounds = `of ${String(LEAST_S)} s to ${String(MOST_S)} s`;
  leaveOthers(intervals, everyS, `every`, `a system has one interval, ${bounds}: here every`, notes);
  const timeouts = wanted('scrape_timeout', TIMEOUT);
  const timeoutS = Math.min(everyS, Math.ceil(Math.max(1, ...positive(timeouts))));
  const longer = timeouts.filter(({ isAsked, seconds }) => isAsked && (seconds === 0 || seconds > timeoutS));
  leaveOthers(longer, timeoutS, 'a timeout of', 'a system has one, within its interval: here', notes);
  const sizes = [global, ...jobs].flatMap((one) => bytesOf(textOf(under(one, 'body_size_limit'))) ?? []);
  const maxBytes = sizes.length === 0 ? undefined : Math.min(100_000_000, Math.max(1_000, ...sizes));
  return { everyS, timeoutS, ...(maxBytes !== undefined && { maxBytes }) };
}

/** A duration that a job wants. */
interface Wanted {
  readonly path: Path;
  readonly written: string;
  /** False if it is what Prometheus has where nothing is written. */
  readonly isAsked: boolean;
  /** Zero if what is written is none. */
  readonly seconds: number;
}

function positive(wanted: readonly Wanted[]): number[] {
  return wanted.map(({ seconds }) => seconds).filter((seconds) => seconds > 0);
}

/** Notes each other duration once, at the first job that wants it. */
function leaveOthers(
  wanted: readonly Wanted[],
  hereS: number,
  what: string,
  reason: string,
  notes: Notes,
): void {
  const others = wanted.filter(({ seconds }) => seconds !== hereS);
  for (const [written, some] of Map.groupBy(others, (one) => one.written)) {
    const [first] = some;
    if (first === undefined) continue;
    const jobs = some.length === 1 ? '' : ` of ${String(some.length)} jobs`;
    const why = first.seconds > 0 ? `${reason} ${formatDurationS(hereS)}` : 'this is no duration';
    notes.leave(first.path, `${what} ${written}${jobs}`, why);
  }
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** `10MB`, `512KiB`: Prometheus counts both by 1024. Zero is no limit. */
function bytesOf(text: string | undefined): number | undefined {
  const found = /^(\d+(?:\.\d+)?)([KMG]?)i?B?$/.exec(text ?? '');
  const bytes = Number(found?.[1]) * (UNITS[found?.[2] ?? ''] ?? 1);
  return bytes > 0 ? Math.floor(bytes) : undefined;
}
