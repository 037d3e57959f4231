import * as z from 'zod';
import type { Gate } from '../kernel/gate.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { AwsError, type RestRequest, type RestResponse, type Service } from '../kernel/service.ts';
import { ChaosBook, type FaultCounts } from './chaos-book.ts';
import { chaosGate } from './chaos-gate.ts';
import { CHAOS_SERVICES, FAULT_KINDS, type ChaosRule } from './fault.ts';
import { seededRandom } from './seeded-random.ts';

/** Where chaos is switched on and off. */
export const CHAOS_PATH = '/_homeostat/chaos';

/** A body of PUT. */
export const ChaosOrder = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  /** Every one of these services gets the fault. */
  services: z.array(z.enum(CHAOS_SERVICES)).min(1),
  rate: z.number().gt(0).max(1),
  delayMs: z.int().min(0).max(900_000).default(2_000),
  /** Ends by itself after so long; absent: not before it is switched off. */
  forMs: z.int().min(1).optional(),
  /** Starts the dice anew, so that two runs throw the same. */
  seed: z.int().optional(),
});
export type ChaosOrder = z.input<typeof ChaosOrder>;

/** What all three methods answer. */
export interface ChaosStatus {
  readonly on: readonly ChaosRule[];
  readonly made: FaultCounts;
}

/** Faults on demand: the gate that makes them, and the service at whose door they are ordered. */
export interface Chaos {
  readonly gate: Gate;
  readonly service: Service;
}

export function createChaos(kernel: Pick<Kernel, 'clock' | 'log'>): Chaos {
  const { clock, log } = kernel;
  const book = new ChaosBook();
  let random = seededRandom(clock.nowMs());
  const status = (): RestResponse => {
    const body: ChaosStatus = { on: book.on(clock.nowMs()), made: book.counts() };
    return { status: 200, body };
  };
  const switchOn = (order: z.output<typeof ChaosOrder>): void => {
    const { kind, rate, delayMs, forMs, seed } = order;
    const nowMs = clock.nowMs();
    const rules = order.services.map((service) => ({
      service,
      kind,
      rate,
      delayMs,
      ...(forMs === undefined ? {} : { untilMs: nowMs + forMs }),
    }));
    // All of them or none.
    const full = rules.filter((rule) => !book.hasRoomFor(rule, nowMs)).map(({ service }) => service);
    if (full.length > 0) {
      throw new AwsError(
        'ValidationException',
        `The faults of ${full.join(', ')} would have rates of more than 1 together. Switch some off first.`,
      );
    }
    if (seed !== undefined) random = seededRandom(seed);
    for (const rule of rules) {
      book.switchOn(rule);
      log('info', 'chaos is switched on', rule);
    }
  };
  const off = ({ params }: RestRequest): RestResponse => {
    const service = z.enum(CHAOS_SERVICES).optional().parse(params['service']);
    book.switchOff(service);
    log('info', 'chaos is switched off', { service: service ?? 'all' });
    return status();
  };
  const rest = [
    route('GET', CHAOS_PATH, status),
    route('PUT', CHAOS_PATH, ({ body }) => {
      switchOn(ChaosOrder.parse(readJson(body)));
      return status();
    }),
    route('DELETE', CHAOS_PATH, off),
    route('DELETE', `${CHAOS_PATH}/:service`, off),
  ];
  return {
    gate: chaosGate({ clock, log, book, random: () => random() }),
    // A function that could switch chaos on could hide what it does.
    service: { name: 'chaos', rest, needs: { 'homeostat:Chaos': 'owner' } },
  };
}

function route(
  method: 'GET' | 'PUT' | 'DELETE',
  path: string,
  handle: (request: RestRequest) => RestResponse,
): NonNullable<Service['rest']>[number] {
  return {
    method,
    path,
    operation: 'homeostat:Chaos',
    handle,
  };
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new AwsError('SerializationException', `The request body is not valid JSON: ${String(error)}.`);
  }
}
