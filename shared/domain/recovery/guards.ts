import type { CompiledSystem } from '../catalog/compiled.ts';
import type { Incident, SystemState } from '../incident/state.ts';
import type { RecoveryPlan } from './consider.ts';
import { isActedOn } from './consider.ts';

export type GuardVerdict =
  | { readonly go: true; readonly targets: readonly string[] }
  /** Held: why, and from when on it may be otherwise (absent: when something changes). */
  | {
      readonly go: false;
      readonly reason: string;
      readonly untilMs?: number;
      /** True if the attempts are used up: until then only people can help. */
      readonly isUsedUp?: true;
    };

/**
 * Law 5: no action without a guard. Checks, in this order: somebody has it in hand, the target is
 * known, a dependency is down, the target's lease, the attempts used up (R3), the cool-down (R3).
 */
export function guard(
  plan: RecoveryPlan,
  incident: Incident,
  state: SystemState,
  system: CompiledSystem,
  nowMs: number,
): GuardVerdict {
  const { name } = plan.recovery;
  const targets = [...new Set(plan.steps.map((step) => step.target))];
  if (incident.acknowledgement !== undefined) {
    return { go: false, reason: `${incident.acknowledgement.by} acknowledged and has it in hand` };
  }
  const unknown = targets.find((target) => system.services[target]?.ecs === undefined);
  if (unknown !== undefined || targets.length === 0) {
    return {
      go: false,
      reason: `"${name}" has nothing to act on: ${unknown ?? 'the alert'} names no service that runs on ECS`,
    };
  }
  const cause = brokenDependency(targets, incident, state, system);
  if (cause !== undefined)
    return {
      go: false,
      reason: `${cause.of} depends on ${cause.on}, which has ${cause.incident}: that comes first`,
    };
  for (const target of targets) {
    const held = guardTarget(target, plan, state, nowMs);
    if (held !== undefined) return held;
  }
  return { go: true, targets };
}

function guardTarget(
  target: string,
  plan: RecoveryPlan,
  state: SystemState,
  nowMs: number,
): GuardVerdict | undefined {
  const { attempts: most, windowS, coolDownS } = plan.recovery.guards;
  const on = Object.values(state.attempts).filter((attempt) => attempt.targets.includes(target));
  const running = on.find((attempt) => attempt.ended === undefined);
  if (running !== undefined) {
    return { go: false, reason: `${running.id} is at work on ${target}`, untilMs: running.deadlineMs };
  }
  const acted = on.filter(
    ({ ended, intents }) => ended?.outcome !== 'not-needed' || Object.keys(intents).length > 0,
  );
  const inWindow = acted
    .map((attempt) => attempt.orderedAtMs)
    .filter((atMs) => atMs > nowMs - windowS * 1000);
  if (inWindow.length >= most) {
    const untilMs = Math.min(...inWindow) + windowS * 1000;
    return {
      go: false,
      reason: `${target} had ${String(most)} attempts within ${duration(windowS)}, the most allowed`,
      untilMs,
      isUsedUp: true,
    };
  }
  const endedAtMs = Math.max(...acted.map((attempt) => attempt.ended?.atMs ?? -Infinity));
  const coolUntilMs = endedAtMs + coolDownS * 1000;
  if (nowMs < coolUntilMs) {
    return {
      go: false,
      reason: `${target} cools down for ${duration(coolDownS)} after the last attempt`,
      untilMs: coolUntilMs,
    };
  }
  return undefined;
}

/** In seconds below two minutes, else in minutes. */
function duration(s: number): string {
  return s < 120 ? `${String(s)} s` : `${String(Math.round(s / 6) / 10)} min`;
}

/**
 * A service that a target depends on, near or far, and that is down: a warning about it holds nobody up. The
 * incident's own service does not either: whoever restarts the users of a database because it has no connection
 * left has said so in the catalog.
 */
function brokenDependency(
  targets: readonly string[],
  own: Incident,
  state: SystemState,
  system: CompiledSystem,
): { of: string; on: string; incident: string } | undefined {
  for (const of of targets) {
    const queue = [...(system.services[of]?.dependsOn ?? [])];
    const visited = new Set<string>(targets);
    for (let on = queue.shift(); on !== undefined; on = queue.shift()) {
      if (visited.has(on)) continue;
      visited.add(on);
      const incident = Object.values(state.incidents).find(
        (one) =>
          one.id !== own.id && one.subject.kind === 'service' && one.subject.name === on && isDown(one),
      );
      if (incident !== undefined) return { of, on, incident: incident.id };
      queue.push(...(system.services[on]?.dependsOn ?? []));
    }
  }
  return undefined;
}

function isDown({ alerts, handedOver }: Incident): boolean {
  return (
    handedOver !== undefined ||
    Object.values(alerts).some(({ sight, severity }) => sight !== 'ok' && isActedOn(severity))
  );
}
