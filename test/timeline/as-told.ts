import type { Ops } from './start-ops.ts';

/** `02:00:31` */
export function timeOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19);
}

/** The pages that went out, as lines: `02:00:31 ana opened shop-1`. */
export function told(ops: Ops): string[] {
  return ops.pager.pages.map(({ atMs, who, kind, incident }) => `${timeOf(atMs)} ${who} ${kind} ${incident}`);
}

/** The restarts that ECS was asked for, as lines: `02:00:31 inventory`. */
export function restarts(ops: Ops): string[] {
  return ops.services.restarts.map(({ atMs, service }) => `${timeOf(atMs)} ${service}`);
}

/** Every incident so far, as lines: `shop-1 resolved`. */
export async function incidents(ops: Ops): Promise<string[]> {
  const state = await ops.state();
  return [
    ...state.resolved.map(({ id }) => `${id} resolved`),
    ...Object.values(state.incidents).map(
      ({ id, alerts }) =>
        `${id} ${Object.values(alerts)
          .map(({ name, sight }) => `${name} ${sight}`)
          .join(', ')}`,
    ),
  ].toSorted();
}
