import { escalate } from '../../functions/escalate/escalate.ts';
import { intakeBatch, intakeOne } from '../../functions/intake/intake.ts';
import { recover } from '../../functions/recover/recover.ts';
import type { ChaosService, Fault } from '../../local/chaos/fault.ts';
import type { Operations } from '../../shared/application/record.ts';
import type { CompiledOrganization, CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
import type { Input } from '../../shared/domain/incident/inputs.ts';
import { record } from '../../shared/application/record.ts';
import { anAlarmAction, anAlarmEvent } from '../builders/alarm-events.ts';
import { aCatalog, anOrganization } from '../builders/catalog.ts';
import type { AlarmNews } from '../fakes/fake-alarms.ts';
import { fakeAlarms } from '../fakes/fake-alarms.ts';
import { capricious } from '../fakes/capricious.ts';
import { durableEngine, mortal } from '../fakes/fake-durable.ts';
import { fakeIncidentLog } from '../fakes/fake-incident-log.ts';
import { FakeLog } from '../fakes/fake-log.ts';
import { fakePager } from '../fakes/fake-pager.ts';
import { fakePrometheus } from '../fakes/fake-prometheus.ts';
import { fakeQueue } from '../fakes/fake-queue.ts';
import type { ServicesOptions } from '../fakes/fake-services.ts';
import { fakeServices } from '../fakes/fake-services.ts';
import type { VirtualClock } from '../fakes/virtual-clock.ts';
import { virtualClock } from '../fakes/virtual-clock.ts';
import { aShop } from './a-shop.ts';

export interface OpsOptions {
  /** When the day begins, ISO. */
  readonly at: string;
  readonly system?: CompiledSystem;
  readonly organization?: CompiledOrganization;
  /** When each copy of a piece of news arrives, in ms from now: [] loses it, two entries double it. */
  readonly bus?: () => readonly number[];
  /** How services are scraped and asked; the shop's if not given. */
  readonly services?: ServicesOptions;
  /** So old samples may be that a rule reads; 20 minutes if not given. */
  readonly keptMs?: number;
  /** Asked whenever `recover` passes a point where its process may die. */
  readonly mayDie?: (passing: string) => boolean;
  /** What may go wrong with the next call of a port; nothing if not given. */
  readonly nextFault?: (service: ChaosService) => Fault | undefined;
}

export type Ops = ReturnType<typeof startOps>;

const ALARM_MS = 10_000;
const MINUTE_MS = 60_000;
/** Off the full minute, as schedules are: the world changes first, then it is looked at. */
const ESCALATE_OFFSET_MS = 7_000;

/**
 * The whole of Homeostat in one process under a virtual clock: `collect`'s series, CloudWatch's alarms,
 * EventBridge with its queue, `intake`, `escalate` every minute, `recover` as durable executions; behind
 * the ports are fakes, everything before them is the real thing.
 */
export function startOps(options: OpsOptions) {
  const clock = virtualClock(Date.parse(options.at));
  const system = options.system ?? aShop();
  let catalog = aCatalog(system, options.organization ?? anOrganization());
  const world = startWorld(clock, system, options);
  const { alarms, series, services, pager, incidents, log } = world;
  const engine = durableEngine(clock, options.mayDie);
  const { nextFault = () => undefined } = options;
  const through = <Port extends object>(service: ChaosService, port: Port): Port =>
    capricious(port, clock, () => nextFault(service));
  const starter = { outage: undefined as Error | undefined };
  const deps = (writer: string): Operations & typeof senses => ({
    catalog,
    clock,
    incidents: through('dynamodb', incidents),
    writer,
    pager: through('sns', pager),
    log,
    recoveries: through('lambda', {
      start: (name, { attempt }) => {
        if (starter.outage !== undefined) return Promise.reject(starter.outage);
        engine.start(attempt, (durable, pass) => {
          const own = deps('recover');
          const ports = {
            ...own,
            incidents: mortal('incidents', own.incidents, pass),
            services: mortal('services', through('ecs', services), pass),
            pager: mortal('pager', own.pager, pass),
            health: services,
          };
          return recover(ports, { system: name, attempt }, durable);
        });
        return Promise.resolve(`execution-${attempt}`);
      },
    }),
    ...senses,
  });
  const senses = {
    alarms: through('cloudwatch', alarms),
    series: through('cloudwatch', series),
    health: services,
  };
  const aside: { body: string; reason: string }[] = [];
  const rawPages = new Map<string, number>();
  const deadLetters = through('sqs', {
    put: (body: string, reason: string) => {
      aside.push({ body, reason });
      return Promise.resolve();
    },
  });
  const intake = () => ({ ...deps('intake'), deadLetters, rawPages });
  const queue = fakeQueue(clock, (records) => intakeBatch(intake(), records));
  const escalation = { failures: [] as { atMs: number; error: unknown }[] };
  world.onNews(({ rule, ...news }) => {
    const change = { alarm: rule.alarmName, ...news };
    for (const delayMs of (options.bus ?? FAITHFUL)()) {
      queue.send(JSON.stringify(anAlarmEvent(change)), delayMs);
      // Critical alarms call intake directly as well; only contributors do, and only with ALARM.
      if (rule.severity !== 'critical' || news.value !== 'ALARM' || news.attributes === undefined) continue;
      void clock.sleep(delayMs).then(() => intakeOne(intake(), anAlarmAction(change)).catch(() => undefined));
    }
  });
  void every(clock, MINUTE_MS, ESCALATE_OFFSET_MS, async () => {
    await escalate(deps('escalate')).catch((error: unknown) => {
      escalation.failures.push({ atMs: clock.nowMs(), error });
    });
  });
  return {
    ...world,
    clock,
    system,
    engine,
    starter,
    queue,
    aside,
    escalation,
    /** New functions with a changed catalog; the alarms stay as they are. */
    deploy: (changed: CompiledSystem): void => {
      catalog = aCatalog(changed, options.organization ?? anOrganization());
    },
    /** A person's tool, such as `homeostat ack`. */
    give: (input: Input) => record(deps('person:ana'), system.system, [input]),
    state: () => incidents.load(system.system),
    forward: async ({ hours = 0, minutes = 0, seconds = 0 }): Promise<void> => {
      await clock.forward(((hours * 60 + minutes) * 60 + seconds) * 1000);
    },
  };
}

const FAITHFUL = (): number[] => [500];

/** Everything outside Homeostat: services, `collect`, CloudWatch, SNS, the store. */
function startWorld(clock: VirtualClock, system: CompiledSystem, options: OpsOptions) {
  const series = fakePrometheus(options.keptMs);
  const pager = fakePager(clock);
  const incidents = fakeIncidentLog();
  let tell: (news: AlarmNews) => void = () => undefined;
  const alarms = fakeAlarms(system.rules, series, (news) => {
    tell(news);
  });
  const services = fakeServices(clock, Object.keys(system.services), options.services);
  const collect = { isDead: false };
  void every(clock, system.collection.everyS * 1_000, 0, () => {
    if (!collect.isDead) services.sweep(series, system.system);
  });
  void every(clock, ALARM_MS, 1_000, () => {
    alarms.evaluate(clock.nowMs() - 1_000);
  });
  const onNews = (listener: (news: AlarmNews) => void): void => {
    tell = listener;
  };
  return { series, pager, incidents, alarms, services, collect, log: new FakeLog(), onNews };
}

/** Does `work` at every multiple of a period, plus an offset, until nobody moves the clock any more. */
async function every(
  clock: VirtualClock,
  periodMs: number,
  offsetMs: number,
  work: () => unknown,
): Promise<void> {
  let nextMs = Math.ceil((clock.nowMs() - offsetMs) / periodMs) * periodMs + offsetMs;
  for (;;) {
    await clock.sleep(nextMs - clock.nowMs());
    await work();
    nextMs = Math.max(
      nextMs + periodMs,
      Math.ceil((clock.nowMs() - offsetMs) / periodMs) * periodMs + offsetMs,
    );
  }
}
