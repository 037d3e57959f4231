import { readFault } from '../../local/workload/fault-file.ts';
import type { FaultKind } from '../../local/workload/fault-file.ts';
import type { Log } from './log.ts';
import type { Settings } from './settings.ts';

/** The exit code of a crash on demand: `EX_SOFTWARE` of sysexits.h, so that it is told from Node's own 1. */
export const CRASH_EXIT_CODE = 70;

const POLL_MS = 250;

export interface FaultWatch {
  /** What this task suffers from now. Never `crash`: a crashed process asks nothing. */
  readonly current: () => Exclude<FaultKind, 'crash'> | null;
}

/**
 * Reads the fault file at once and then four times a second; polling, because file events differ
 * between systems. A crash ends the process on the spot, at the start as well as later.
 */
export function watchFault(settings: Settings, log: Log): FaultWatch {
  let current: FaultKind | null = null;
  let complaint = '';
  const look = () => {
    const found = readFault(settings.faultsDir, settings, (problem) => {
      if (problem !== complaint) log('warn', problem);
      complaint = problem;
    });
    if (found === current) return;
    log('warn', found === null ? `fault ${current} is over` : `fault ${found} begins`);
    current = found;
    if (found === 'crash') process.exit(CRASH_EXIT_CODE);
  };
  look();
  setInterval(look, POLL_MS).unref();
  return { current: () => (current === 'crash' ? null : current) };
}
