import { readFileSync, readdirSync } from 'node:fs';

/*
 * What the kernel knows of a process, from Linux' /proc: the only part of the benches that is bound to one
 * operating system. A process that has ended counts nothing.
 */

/** Processor time of all its threads so far, milliseconds. */
export function processorMs(pid: number): number {
  return threadsOf(pid).reduce((sum, thread) => {
    const [runningNs = '0'] = read(`/proc/${String(pid)}/task/${thread}/schedstat`).split(' ');
    return sum + Number(runningNs) / 1e6;
  }, 0);
}

/** Resident memory, megabytes (10^6 bytes). */
export function residentMb(pid: number): number {
  const [, kib = '0'] = /VmRSS:\s+(\d+) kB/.exec(read(`/proc/${String(pid)}/status`)) ?? [];
  return (Number(kib) * 1024) / 1e6;
}

/** The processes that it started and that still run, and theirs. */
export function descendantsOf(pid: number): number[] {
  return threadsOf(pid)
    .flatMap((thread) => read(`/proc/${String(pid)}/task/${thread}/children`).split(' '))
    .filter((child) => child.trim() !== '')
    .map(Number)
    .flatMap((child) => [child, ...descendantsOf(child)]);
}

/** Its command line, words apart by a blank. */
export function commandOf(pid: number): string {
  return read(`/proc/${String(pid)}/cmdline`).replaceAll('\0', ' ');
}

/** @throws Error where there is no /proc */
export function requireProc(): void {
  if (read('/proc/self/status') === '')
    throw new Error('This bench reads memory and processor time from /proc, which only Linux has.');
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${String(pid)}/task`);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
