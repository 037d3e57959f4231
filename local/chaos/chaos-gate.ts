import { ConnectionLost, type DeliveryPassage, type Gate, type RequestPassage } from '../kernel/gate.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { denied, throttled } from './aws-refusals.ts';
import type { ChaosBook } from './chaos-book.ts';
import { CHAOS_SERVICES, decideFault, type ChaosService, type Fault } from './fault.ts';

/** Where the name of a service on the wire is not the one that people use. */
const NAMES: Readonly<Record<string, ChaosService>> = {
  monitoring: 'cloudwatch',
  'lambda.alarms.cloudwatch': 'cloudwatch',
};

export interface ChaosGateDeps {
  readonly clock: Kernel['clock'];
  readonly log: Kernel['log'];
  readonly book: ChaosBook;
  readonly random: () => number;
}

/** What the sender of a request or delivery gets to see, each as the asked service would say it. */
interface Refusals {
  readonly throttled: () => Error;
  readonly denied: () => Error;
}

/**
 * Makes the faults that are switched on happen. The person at the machine is left alone: requests without a
 * role's key pass.
 */
export function chaosGate(deps: ChaosGateDeps): Gate {
  const decide = (services: readonly ChaosService[], context: Record<string, unknown>): Fault | undefined => {
    const { clock, book, random, log } = deps;
    const nowMs = clock.nowMs();
    const fault = decideFault(book.on(nowMs), services, nowMs, random);
    if (fault === undefined || (fault.kind === 'duplicate' && context['mayRepeat'] === false))
      return undefined;
    book.count(fault);
    log('info', 'chaos', { ...fault, ...context });
    return fault;
  };
  return {
    onRequest: async (passage, perform) => {
      const service = chaosService(passage.service);
      if (service === undefined || passage.roleArn === undefined) return perform();
      const { operation, roleArn, mayRepeat } = passage;
      const fault = decide([service], { operation, roleArn, mayRepeat });
      const what = `${passage.service}:${operation}`;
      return suffer(deps.clock, fault, perform, {
        throttled: () => throttled(service, isHttp(passage)),
        denied: () => denied(service, roleArn, what),
      });
    },
    onDelivery: async (passage, perform) => {
      const [receiver, ...senders] = servicesOf(passage);
      if (receiver === undefined) return perform();
      const { arn, delivery } = passage;
      const fault = decide([receiver, ...senders], { arn, from: delivery.from });
      return suffer(deps.clock, fault, perform, {
        throttled: () => throttled(receiver),
        denied: () => denied(receiver, delivery.from, `a delivery to ${arn}`),
      });
    },
  };
}

async function suffer<T>(
  clock: Kernel['clock'],
  fault: Fault | undefined,
  perform: () => Promise<T>,
  refusals: Refusals,
): Promise<T> {
  switch (fault?.kind) {
    case undefined:
      return perform();
    case 'throttle':
      throw refusals.throttled();
    case 'deny':
      throw refusals.denied();
    case 'delay':
      await new Promise<void>((resolve) => {
        clock.after(fault.delayMs, resolve);
      });
      return perform();
    case 'drop':
      // Whether it went well or not: nobody will know.
      if (fault.isAnswerLost) await perform().catch(() => undefined);
      throw new ConnectionLost();
    case 'duplicate':
      // What a sender gets that missed the first answer and asked again.
      await perform();
      return perform();
  }
}

/** The receiver first, then the sender, if they are services that chaos knows. */
function servicesOf({ arn, delivery }: DeliveryPassage): ChaosService[] {
  const receiver = chaosService(arn.split(':')[2] ?? '');
  const sender = chaosService(delivery.from.replace(/\.amazonaws\.com$/, ''));
  return receiver === undefined || sender === receiver
    ? []
    : [receiver, ...(sender === undefined ? [] : [sender])];
}

function chaosService(name: string): ChaosService | undefined {
  return NAMES[name] ?? CHAOS_SERVICES.find((service) => service === name);
}

/** A REST route gets the request itself. */
function isHttp({ input }: RequestPassage): boolean {
  return typeof input === 'object' && input !== null && 'headers' in input && 'params' in input;
}
