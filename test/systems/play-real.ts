import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { orderFaultOf } from '../../cli/fault/order.ts';
import { withOperator } from '../../cli/operator.ts';
import { startLocal, type LocalRun } from '../../local/run.ts';
import { copyWithOwnPorts } from '../../local/workload/private-copy.ts';
import { promqlReader } from '../../shared/adapters/cloudwatch/promql-reader.ts';
import type { CompiledRule } from '../../shared/domain/catalog/compiled.ts';
import type { SystemState } from '../../shared/domain/incident/state.ts';
import { chooseRounds, delayS } from './choose-rounds.ts';
import type { PlayedSystem } from './find-systems.ts';
import { common, type RuleVerdict } from './play-rule.ts';
import type { SystemVerdict } from './report.ts';

const LOOK_MS = 2_000;
const START_PATIENCE_S = 120;
/** So long all must be well first: rates have samples then. */
const HEALTHY_S = 60;
/** A recovery has so long before its fault is taken back. */
const HELD_S = 120;
/** On top of what a rule asks for: processes take their time. */
const GRACE_S = 180;

/**
 * Plays one rule of each kind in processes on the embedded cloud, as many at the same time as do not touch each other.
 * The quickest of a kind is taken, and a kind that needs hours is named as not played: time is real here.
 *
 * @param tell is told each step before it begins
 */
export async function playReal(played: PlayedSystem, tell: (step: string) => void): Promise<SystemVerdict> {
  const { system } = played.system;
  const folder = mkdtempSync(join(tmpdir(), 'homeostat-systems-'));
  const catalogDir = join(folder, 'catalog');
  await copyWithOwnPorts(played.catalogDir, catalogDir);
  tell(`${system}: starts`);
  const run = await startLocal({ catalogDir, stateDir: join(folder, 'state') });
  try {
    const problems = await awaitHealth(played, run);
    const { rounds, notPlayed } = chooseRounds(played);
    const rules: RuleVerdict[] = [];
    for (const round of rounds) {
      tell(`${system}: ${round.map(({ alert }) => alert).join(', ')}`);
      rules.push(...(await playRound(run, system, round)));
    }
    return { system, healthyS: HEALTHY_S, rules, notPlayed, problems };
  } finally {
    await run.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is wrong although no fault is on. */
async function awaitHealth({ system }: PlayedSystem, run: LocalRun): Promise<string[]> {
  const credentials = { accessKeyId: 'owner', secretAccessKey: 'owner' };
  const series = promqlReader({ endpoint: run.endpoint, region: run.cloud.region, credentials });
  const wanted = Object.values(system.services).filter(({ scrape }) => scrape !== undefined).length;
  const isUp = async () => (await series.instant('up == 1')).length >= wanted;
  if (!(await until(isUp, START_PATIENCE_S))) return ['not all services answer'];
  await sleep(HEALTHY_S * 1_000);
  const { incidents } = await stateOf(run, system.system);
  return Object.values(incidents).flatMap(({ alerts }) =>
    Object.values(alerts).map(({ alarm }) => `${alarm} fired while all was well`),
  );
}

async function playRound(
  run: LocalRun,
  system: string,
  round: readonly CompiledRule[],
): Promise<RuleVerdict[]> {
  const faultMs = Date.now();
  for (const { alert } of round) await orderFaultOf(run.announced, system, alert);
  const patienceS = Math.max(0, ...round.map(delayS)) * 1.5 + GRACE_S;
  const seen = new Map<CompiledRule, Seen>(round.map((rule) => [rule, { rule }]));
  const look = async () => {
    const state = await stateOf(run, system);
    for (const one of seen.values()) see(one, state);
    return [...seen.values()];
  };
  await until(async () => (await look()).every(({ firedMs }) => firedMs !== undefined), patienceS);
  await until(async () => (await look()).every(({ resolvedMs }) => resolvedMs !== undefined), HELD_S);
  const mendedMs = Date.now();
  await orderFaultOf(run.announced, system, 'none');
  // Another rule may look back over hours, and hold the incident as long.
  const isHeld = ({ okMs = Infinity, heldBy }: Seen): boolean =>
    heldBy !== undefined && Date.now() - okMs > GRACE_S * 1_000;
  const isOver = (one: Seen): boolean =>
    one.firedMs === undefined || one.resolvedMs !== undefined || isHeld(one);
  await until(async () => (await look()).every(isOver), patienceS);
  return [...seen.values()].map((one) => verdictOf(one, faultMs, mendedMs));
}

/** What was seen of a rule; the last of it where it may change. */
interface Seen {
  readonly rule: CompiledRule;
  firedMs?: number;
  incident?: string;
  resolvedMs?: number | undefined;
  /** Since when its own alert is over. */
  okMs?: number | undefined;
  /** Alerts of other rules in the same incident that go on. */
  heldBy?: readonly string[] | undefined;
  pages?: readonly string[];
  recoveries?: readonly string[];
}

function see(seen: Seen, { incidents, resolved, attempts }: SystemState): void {
  for (const { id, alerts, escalation } of Object.values(incidents)) {
    const alert = Object.values(alerts).find(({ alarm }) => alarm === seen.rule.alarmName);
    if (alert === undefined) continue;
    seen.incident = id;
    seen.firedMs ??= alert.firedAtMs;
    seen.pages = escalation.paged;
    seen.okMs = alert.sight === 'ok' ? alert.sinceMs : undefined;
    const others = Object.values(alerts).filter(
      ({ alarm, sight }) => alarm !== alert.alarm && sight !== 'ok',
    );
    seen.heldBy = others.length === 0 ? undefined : [...new Set(others.map(({ name }) => name))];
  }
  const end = resolved.find(({ id }) => id === seen.incident);
  if (end !== undefined) seen.resolvedMs = end.resolvedAtMs;
  seen.recoveries = Object.values(attempts)
    .filter(({ incident }) => incident === seen.incident)
    .map(({ recovery, ended }) => `${recovery}: ${ended?.outcome ?? 'runs'}`);
}

function verdictOf(seen: Seen, faultMs: number, mendedMs: number): RuleVerdict {
  const { rule, firedMs, pages = [], recoveries = [] } = seen;
  const heldBy = seen.resolvedMs === undefined && seen.okMs !== undefined ? seen.heldBy : undefined;
  const resolvedMs = seen.resolvedMs ?? (heldBy && seen.okMs);
  const isHealed = firedMs !== undefined && resolvedMs !== undefined && resolvedMs <= mendedMs;
  const sinceMs = isHealed ? firedMs : mendedMs;
  return {
    ...common(rule),
    firedAfterS: firedMs === undefined ? null : (firedMs - faultMs) / 1000,
    pages,
    recoveries,
    resolvedAfterS: resolvedMs === undefined ? null : (resolvedMs - sinceMs) / 1000,
    ...(heldBy !== undefined && { heldBy }),
    isHealed,
    problems: [
      ...(firedMs === undefined ? ['it did not fire on its fault'] : []),
      ...(firedMs !== undefined && resolvedMs === undefined ? ['it was not over after its fault'] : []),
    ],
  };
}

function stateOf(run: LocalRun, system: string): Promise<SystemState> {
  const state = join(run.announced.outbox, '..');
  return withOperator({ state }, ({ incidents }) => incidents.load(system));
}

/** Looks again and again until it is so; whether it came to be. */
async function until(isSo: () => Promise<boolean>, patienceS: number): Promise<boolean> {
  const endMs = Date.now() + patienceS * 1_000;
  while (Date.now() < endMs) {
    if (await isSo()) return true;
    await sleep(LOOK_MS);
  }
  return false;
}
