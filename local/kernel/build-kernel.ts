import { join } from 'node:path';
import type { Gate } from './gate.ts';
import type { BusEvent, Kernel, LocalClock, VendedSample } from './kernel.ts';
import { AwsError, type Service } from './service.ts';
import { openStateStore, type StateStore } from './state-store.ts';

export interface KernelOptions {
  readonly region: string;
  readonly accountId: string;
  readonly clock: LocalClock;
  readonly log: Kernel['log'];
  /** One SQLite file a service is kept here; absent keeps all in memory. */
  readonly stateDir?: string;
}

/** What the kernel passes on to, known only when the services have been made with it. */
export interface Connections {
  readonly services: readonly Service[];
  /** What every delivery passes before its receiver gets it. */
  readonly gate?: Gate;
  readonly credentialsFor: Kernel['credentialsFor'];
  readonly authorize: Kernel['authorize'];
  readonly emit: (event: BusEvent) => void | Promise<void>;
  readonly vend: (sample: VendedSample) => void;
}

export interface CloudKernel extends Kernel {
  /** Tells the kernel who is there. Before that nothing can be delivered. */
  readonly connect: (connections: Connections) => void;
  readonly listensAt: (endpoint: string) => void;
  /** Closes the state of all services. */
  readonly close: () => void;
}

/** Builds the kernel of one cloud. */
export function buildKernel(options: KernelOptions): CloudKernel {
  const { log, stateDir } = options;
  const stores = new Map<string, StateStore>();
  let endpoint: string | undefined;
  let connected: Connections | undefined;
  const connections = (): Connections => known(connected, 'The services are not connected yet.');
  return {
    region: options.region,
    accountId: options.accountId,
    clock: options.clock,
    log,
    state: (service) => {
      const store = stores.get(service) ?? openStateStore(stateFile(stateDir, service));
      stores.set(service, store);
      return store;
    },
    deliver: async (arn, delivery) => {
      const { services, gate } = connections();
      const name = arn.split(':')[2];
      const receive = services.find((service) => service.name === name)?.receive;
      const perform = async () => receive?.(arn, delivery);
      if (receive !== undefined) return gate?.onDelivery?.({ arn, delivery }, perform) ?? perform();
      throw new AwsError('ResourceNotFoundException', `Nothing here takes what is sent to "${arn}".`, 404);
    },
    request: async (passage, perform) => connections().gate?.onRequest?.(passage, perform) ?? perform(),
    emit: (event) => {
      passOn(log, 'an event was not put on the bus', { ...event }, () => connections().emit(event));
    },
    vend: (sample) => {
      passOn(log, 'a sample was not recorded', { ...sample }, () => {
        connections().vend(sample);
      });
    },
    credentialsFor: (roleArn) => connections().credentialsFor(roleArn),
    authorize: (caller, needs) => {
      connections().authorize(caller, needs);
    },
    endpoint: () => known(endpoint, 'The address of the cloud is not known before it listens.'),
    connect: (given) => {
      connected = given;
    },
    listensAt: (given) => {
      endpoint = given;
    },
    close: () => {
      for (const store of stores.values()) store.close();
      stores.clear();
    },
  };
}

function stateFile(stateDir: string | undefined, service: string): string {
  return stateDir === undefined ? ':memory:' : join(stateDir, `${service}.sqlite`);
}

/** Neither a throw now nor a rejection later reaches the caller: what AWS drops silently is logged. */
function passOn(
  log: Kernel['log'],
  message: string,
  context: Record<string, unknown>,
  call: () => void | Promise<void>,
): void {
  const fail = (error: unknown) => {
    log('error', message, { ...context, reason: String(error) });
  };
  try {
    call()?.catch(fail);
  } catch (error) {
    fail(error);
  }
}

function known<T>(value: T | undefined, missing: string): T {
  if (value === undefined) throw new Error(missing);
  return value;
}
