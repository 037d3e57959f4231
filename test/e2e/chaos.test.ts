import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askChaos } from '../../cli/chaos.ts';
import { acknowledge } from '../../cli/operate.ts';
import { CHAOS_SERVICES, FAULT_KINDS, type ChaosService, type FaultKind } from '../../local/chaos/fault.ts';
import { seededRandom } from '../../local/chaos/seeded-random.ts';
import { FUNCTION_NAMES, INTAKE_DEAD_LETTERS, INTAKE_QUEUE } from '../../shared/contract/names.ts';
import type { IncidentEvent } from '../../shared/domain/incident/events.ts';
import { STORM_AFTER, STORM_WINDOW_MS } from '../../shared/domain/incident/grouping.ts';
import { startShop, until, type Shop } from './a-shop.ts';
import { deadLetters, repeated, restartsOf, unaccounted, waiting, watchDeployments } from './accounts.ts';

/**
 * Every tenth request and delivery suffers a fault, at every service, while one incident after the other goes
 * its way (issue: a fault at 10% on every service for 5 minutes of incidents: nothing lost, nothing done twice).
 */

const SEED = Number(process.env['HOMEOSTAT_SEED'] ?? Date.now() % 1_000_000);
const MINUTES = Number(process.env['HOMEOSTAT_CHAOS_MINUTES'] ?? 5);
/** Of each of the five kinds: 10% together, and more at services that are asked a few times a minute only. */
const RATES: Readonly<Record<ChaosService, number>> = {
  cloudwatch: 0.02,
  dynamodb: 0.02,
  sqs: 0.03,
  lambda: 0.05,
  ecs: 0.06,
  events: 0.08,
  scheduler: 0.08,
  sns: 0.06,
};
/** What has not happened within half the time is made likely, so that every fault is made at every service. */
const RATE_OF_THE_MISSING = 0.3;
const KILL_EVERY_MS = 30_000;
/** An execution that is denied a checkpoint is dead, and its attempt waits for its deadline: several may in a row. */
const ROUND_MS = 900_000;
/** Those that work once for each event: what runs every minute loses its minute, which has its own tests. */
const VICTIMS: ReadonlySet<string> = new Set([FUNCTION_NAMES.intake, FUNCTION_NAMES.recover]);
const SERVICES = ['checkout', 'inventory'] as const;
const FAULTS = ['crash', 'hang', 'errors', 'slow'] as const;

interface Round {
  readonly service: string;
  readonly fault: (typeof FAULTS)[number];
  /** Events of the log before this one belong to earlier rounds. */
  readonly fromEvent: number;
}

let shop: Shop;
beforeAll(async () => {
  // Each round needs its own attempt, and no attempt that died may hold the next one up for minutes.
  shop = await startShop((text, file) =>
    file === 'shop/homeostat.yaml'
      ? text
          .replaceAll('coolDown: 10m', 'coolDown: 1s')
          .replaceAll('attempts: 3', 'attempts: 20')
          .replaceAll('deadline: 5m', 'deadline: 90s')
          .replace(
            '      alertname: HighErrorRate\n',
            '      alertname: HighErrorRate\n    guards: { attempts: 20, window: 1h, coolDown: 1s, settle: 10s, deadline: 90s }\n',
          )
      : text,
  );
}, 120_000);
afterAll(async () => shop?.stop());

test(`nothing is lost and nothing is done twice (seed ${String(SEED)})`, async () => {
  const random = seededRandom(SEED);
  const deployments = watchDeployments(shop, SERVICES);
  for (const service of CHAOS_SERVICES) await switchOn(service, FAULT_KINDS, RATES[service], { seed: SEED });
  const killer = killNowAndThen(random);
  const rounds = await playRounds(random);
  const made = (await askChaos(shop.run.announced, 'look')).made;
  const kills = await killer.stop();
  await askChaos(shop.run.announced, { off: 'all' });
  process.stdout.write(
    `chaos (seed ${String(SEED)}): ${String(rounds.length)} faults of services, ${String(kills)} functions killed, faults made:\n` +
      CHAOS_SERVICES.map((service) => `  ${service} ${JSON.stringify(made[service] ?? {})}\n`).join(''),
  );
  await settle();
  const seen = await deployments.stop();
  const commits = await shop.commits();
  const events = commits.flatMap((commit) => commit.events);

  // Every fault led to one incident of its service, and it is over.
  expect(rounds.map((round, at) => openedIn(events, round, rounds[at + 1]))).toEqual(
    rounds.map(({ service }) => [service]),
  );
  // One log without gaps, nothing in it decided twice.
  expect(commits.map(({ seq }) => seq)).toEqual(commits.map((_, at) => at + 1));
  expect(repeated(events)).toEqual([]);
  // What was ordered went out, and nothing else did.
  expect(unaccounted(commits, shop.outbox())).toEqual([]);
  // At most one new deployment for each action that was intended, and one for each that was taken.
  expect(restartsOf(events, seen)).toEqual([]);
  expect(await waiting(shop, INTAKE_QUEUE)).toBe(0);
  expect(await deadLetters(shop, INTAKE_DEAD_LETTERS, events)).toEqual([]);
  // And every kind of fault was made at every service.
  expect(missing(made)).toEqual([]);
}, 3_000_000);

async function switchOn(
  service: ChaosService,
  kinds: readonly FaultKind[],
  rate: number,
  dice: { readonly seed?: number } = {},
): Promise<void> {
  for (const kind of kinds) {
    const on = { kind, services: [service], rate, delayMs: 1_500, ...dice };
    await askChaos(shop.run.announced, { on });
  }
}

/** One fault after the other until the time is over and no kind of fault is missing anywhere. */
async function playRounds(random: () => number): Promise<Round[]> {
  const rounds: Round[] = [];
  const halfMs = Date.now() + MINUTES * 30_000;
  const endMs = Date.now() + MINUTES * 60_000;
  const mostMs = endMs + 8 * 60_000;
  let insistedOn = '';
  for (;;) {
    const lacks = missing((await askChaos(shop.run.announced, 'look')).made);
    if (Date.now() >= endMs && (lacks.length === 0 || Date.now() >= mostMs)) return rounds;
    if (Date.now() >= halfMs && String(lacks) !== insistedOn) await insist(lacks);
    if (Date.now() >= halfMs) insistedOn = String(lacks);
    if ((await openedLately()) < STORM_AFTER - 2) rounds.push(await playRound(rounds.length, random));
    else await setTimeout(1_000);
  }
}

async function playRound(at: number, random: () => number): Promise<Round> {
  const service = SERVICES[Math.floor(random() * SERVICES.length)] ?? 'checkout';
  const fault = FAULTS[at % FAULTS.length] ?? 'crash';
  const fromEvent = (await shop.events()).length;
  await shop.fault(service, fault);
  const what = `round ${String(at + 1)}: ${fault} of ${service}`;
  if (fault === 'slow') {
    await until(`${what} has an incident`, async () => (await incidentOf(service)) !== undefined, 240_000);
    const id = (await incidentOf(service)) ?? '';
    await acknowledge({ state: shop.stateDir }, id, 'ana');
    await setTimeout(5_000);
    await shop.fault(service, 'none');
  }
  await until(`${what} is resolved`, async () => isOver(service, fromEvent), ROUND_MS).catch(
    async (error: unknown) => {
      throw new Error(`${String(error)}. ${await whatIsOpen()}`);
    },
  );
  return { service, fault, fromEvent };
}

/** Five incidents within five minutes are a storm, which is for people; a fault of inventory opens two. */
async function openedLately(): Promise<number> {
  const { incidents, resolved } = await shop.state();
  const all = [...Object.values(incidents), ...resolved];
  return all.filter(({ openedAtMs }) => openedAtMs > Date.now() - STORM_WINDOW_MS).length;
}

async function incidentOf(service: string): Promise<string | undefined> {
  const { incidents } = await shop.state();
  return Object.values(incidents).find(({ subject }) => subject.name === service)?.id;
}

/** For whoever reads that a round did not end. */
async function whatIsOpen(): Promise<string> {
  const { incidents, attempts } = await shop.state();
  const last = (await shop.events()).slice(-20).map(({ type }) => type);
  const running = Object.values(attempts).filter(({ ended }) => ended === undefined);
  return `Incidents: ${JSON.stringify(incidents)}. Running attempts: ${JSON.stringify(running)}. Last events: ${last.join(', ')}.`;
}

/** An incident of the service was opened since, and nothing is open any more. */
async function isOver(service: string, fromEvent: number): Promise<boolean> {
  const opened = openedIn(await shop.events(), { service, fromEvent });
  return opened.includes(service) && Object.keys((await shop.state()).incidents).length === 0;
}

/** Subjects of the incidents that a round opened; those of services that only depend on it are not counted. */
function openedIn(
  events: readonly IncidentEvent[],
  { service, fromEvent }: Pick<Round, 'service' | 'fromEvent'>,
  next?: Round,
): string[] {
  return events
    .slice(fromEvent, next?.fromEvent)
    .flatMap((event) => (event.type === 'incident-opened' ? [event.subject.name] : []))
    .filter((name) => !(service === 'inventory' && name === 'checkout'));
}

function missing(made: Awaited<ReturnType<typeof askChaos>>['made']): (readonly [ChaosService, FaultKind])[] {
  return CHAOS_SERVICES.flatMap((service) =>
    FAULT_KINDS.filter((kind) => made[service]?.[kind] === undefined).map((kind) => [service, kind] as const),
  );
}

/** Everything at its rate, and what is missing more often. */
async function insist(lacks: readonly (readonly [ChaosService, FaultKind])[]): Promise<void> {
  for (const service of CHAOS_SERVICES) {
    const kinds = lacks.filter(([name]) => name === service).map(([, kind]) => kind);
    await askChaos(shop.run.announced, { off: service });
    await switchOn(service, FAULT_KINDS, RATES[service]);
    await switchOn(service, kinds, Math.min(RATE_OF_THE_MISSING, 0.8 / kinds.length));
  }
}

/** Kills a function at work every now and then, as a host that breaks down does. */
function killNowAndThen(random: () => number): { stop: () => Promise<number> } {
  const over = new AbortController();
  const killing = (async () => {
    let kills = 0;
    let nextMs = Date.now() + random() * 2 * KILL_EVERY_MS;
    while (!over.signal.aborted) {
      await setTimeout(random() * 100);
      const victim = Date.now() < nextMs ? undefined : anyBusy(random)?.pid;
      if (victim === undefined) continue;
      process.kill(victim, 'SIGKILL');
      kills += 1;
      nextMs = Date.now() + random() * 2 * KILL_EVERY_MS;
    }
    return kills;
  })();
  return {
    stop: () => {
      over.abort();
      return killing;
    },
  };
}

function anyBusy(random: () => number) {
  const busy = shop.run.cloud.services.lambda
    .processes()
    .filter(({ functionName, isBusy }) => isBusy && VICTIMS.has(functionName));
  return busy[Math.floor(random() * busy.length)];
}

/** Nothing open, nothing waiting. A message whose deletion was lost comes back after three minutes. */
async function settle(): Promise<void> {
  await until(
    'no incident is open',
    async () => Object.keys((await shop.state()).incidents).length === 0,
    420_000,
  );
  await until('the queue is empty', async () => (await waiting(shop, INTAKE_QUEUE)) === 0, 420_000);
  await until(
    'every order has its receipt and every attempt its end',
    async () => {
      const { attempts } = await shop.state();
      const hasEnded = Object.values(attempts).every(({ ended }) => ended !== undefined);
      return hasEnded && unaccounted(await shop.commits(), shop.outbox()).length === 0;
    },
    240_000,
  );
}
