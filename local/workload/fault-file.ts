import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readOrder, writeOrder } from './order-file.ts';

/** What a service of the workload can be told to suffer from. */
export const FAULT_KINDS = ['crash', 'hang', 'errors', 'slow'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** The content of `<faults folder>/<service>.json`: the order to one service to misbehave. */
const FaultFile = z.strictObject({
  fault: z.enum(FAULT_KINDS),
  /** The deployment that suffers; null for every deployment, until the file is gone. */
  deploymentId: z.string().min(1).nullable(),
});
export type FaultFile = z.infer<typeof FaultFile>;

/** Where the fault of one service stands. */
export function faultPath(faultsDir: string, service: string): string {
  return join(faultsDir, `${service}.json`);
}

/** Orders a fault. */
export function writeFault(faultsDir: string, service: string, order: FaultFile): void {
  writeOrder(faultPath(faultsDir, service), order);
}

/** Takes the fault of one service back. Nothing happens if there is none. */
export function clearFault(faultsDir: string, service: string): void {
  rmSync(faultPath(faultsDir, service), { force: true });
}

/**
 * The fault that one deployment of a service has to suffer now, or null.
 *
 * `slow` is written with no deployment and so outlives a restart: nothing that Homeostat may do heals it.
 * A file that is not a fault counts as none; `onBadFile` is told why.
 */
export function readFault(
  faultsDir: string,
  of: { readonly service: string; readonly deploymentId: string },
  onBadFile: (problem: string) => void,
): FaultKind | null {
  const path = faultPath(faultsDir, of.service);
  const found = readOrder(path);
  if (found === undefined) return null;
  const read = FaultFile.safeParse(found.content);
  if (!read.success) {
    onBadFile(`${path} is not a fault and is ignored: ${z.prettifyError(read.error)}`);
    return null;
  }
  const { fault, deploymentId } = read.data;
  return deploymentId === null || deploymentId === of.deploymentId ? fault : null;
}
