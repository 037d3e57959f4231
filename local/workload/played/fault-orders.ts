import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ifThere, readOrder, writeOrder } from '../order-file.ts';
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

/** Orders the fault of an alert. */
export function orderFault(faultsDir: string, order: FaultOrder): void {
  writeOrder(pathOf(faultsDir, order.alert), order);
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
      const found = readOrder(join(folder, file));
      if (found === undefined) return [];
      const read = FaultOrder.safeParse(found.content);
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
