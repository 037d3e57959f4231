import { readFileSync } from 'node:fs';
import type { LocalClock } from '../kernel/kernel.ts';

/** How often a process that works is looked at. What it takes in between is seen too: the system keeps the peak. */
const LOOK_EVERY_MS = 250;

/**
 * The most memory that a process has had resident, in MB of 1,024 KB as Lambda counts; undefined where the
 * system does not tell (only Linux does) or the process is gone.
 */
export function peakMemoryMb(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  try {
    const kb = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kb === undefined ? undefined : Math.ceil(Number(kb) / 1024);
  } catch {
    return undefined;
  }
}

/**
 * Holds one process to its memory size. Everything that the process has resident counts, Node itself
 * included, which is what REPORT tells on AWS; an empty function takes about 60 MB (Node 24, x86).
 */
export class MemoryWatch {
  readonly #pid: number | undefined;
  readonly #limitMb: number;
  #peakMb = 0;
  #stop: () => void = () => undefined;

  constructor(pid: number | undefined, limitMb: number) {
    this.#pid = pid;
    this.#limitMb = limitMb;
  }

  /** Calls once when the process has had more than its memory size. */
  start(clock: LocalClock, onExceeded: () => void): void {
    this.#stop();
    this.#stop = clock.every(LOOK_EVERY_MS, () => {
      if (!this.isExceeded()) return;
      this.#stop();
      onExceeded();
    });
  }

  stop(): void {
    this.#stop();
  }

  isExceeded(): boolean {
    this.#peakMb = peakMemoryMb(this.#pid) ?? this.#peakMb;
    return this.#peakMb > this.#limitMb;
  }

  /** For REPORT: never more than there was, as AWS has it. Zero where it is not known. */
  usedMb(): number {
    return Math.min(this.#peakMb, this.#limitMb);
  }
}
