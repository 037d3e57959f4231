import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Change, PlayedModel } from './model.ts';

/** The content of `<faults folder>/alerts/<alert>.json`: the order to bring an alert about. */
const FaultOrder = z.strictObject({
  alert: z.string().min(1),
  /** By service, the deployment that suffers from what a restart heals. */
  deployments: z.record(z.string(), z.string()),
});
export type FaultOrder = z.infer<typeof FaultOrder>;

const folderOf = (faultsDir: string): string => join(faultsDir, 'alerts');

const pathOf = (faultsDir: string, alert: string): string =>
  join(folderOf(faultsDir), `${encodeURIComponent(alert)}.json`);

/** Orders the fault of an alert. The file appears whole or not at all, as those of `fault-file.ts`. */
export function orderFault(faultsDir: string, order: FaultOrder): void {
  const path = pathOf(faultsDir, order.alert);
  mkdirSync(folderOf(faultsDir), { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(order)}\n`);
  renameSync(`${path}.new`, path);
}

/** Takes the faults of the given alerts back, or of all. Nothing happens if there is none. */
export function clearOrders(faultsDir: string, alerts?: readonly string[]): void {
  const paths = alerts?.map((alert) => pathOf(faultsDir, alert)) ?? [folderOf(faultsDir)];
  for (const path of paths) rmSync(path, { recursive: true, force: true });
}

/** What is ordered now, by name. A file that is no order counts as none; `onBadFile` is told why. */
export function readOrders(faultsDir: string, onBadFile: (problem: string) => void): FaultOrder[] {
  const folder = folderOf(faultsDir);
  const files = ifThere(() => readdirSync(folder)) ?? [];
  return files
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .flatMap((file) => {
      const text = ifThere(() => readFileSync(join(folder, file), 'utf8'));
      if (text === undefined) return [];
      const read = FaultOrder.safeParse(parseJson(text));
      if (read.success) return [read.data];
      onBadFile(`${join(folder, file)} is not a fault and is ignored: ${z.prettifyError(read.error)}`);
      return [];
    });
}

/** The changes that one deployment of a service has to suffer. Alerts that the model does not know change nothing. */
export function changesFor(
  model: PlayedModel,
  orders: readonly FaultOrder[],
  of: { readonly service: string; readonly deploymentId: string },
): Change[] {
  return orders.flatMap(({ alert, deployments }) =>
    (model.faults[alert] ?? []).filter(
      ({ service, healedByRestart }) =>
        service === of.service && (!healedByRestart || deployments[service] === of.deploymentId),
    ),
  );
}

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
