import type { RequestPassage } from './gate.ts';
import type { Caller, Need } from './need.ts';
import type { Delivery } from './service.ts';
import type { StateStore } from './state-store.ts';

/** What every service of the embedded cloud is given: place, time, memory and the way to each other. */
export interface Kernel {
  readonly region: string;
  readonly accountId: string;
  readonly clock: LocalClock;
  /** Durable memory of one service: `kernel.state('sqs')`. Survives a restart and a kill -9 of the cloud. */
  readonly state: (service: string) => StateStore;
  /** Hands a delivery to the service that owns the ARN (lambda, sqs, sns). Throws what the receiver throws. */
  readonly deliver: (arn: string, delivery: Delivery) => Promise<void>;
  /** Passes a request that the cloud makes for a role without the door: an event source mapping asks its queue. */
  readonly request: <T>(passage: RequestPassage, perform: () => Promise<T>) => Promise<T>;
  /** Puts an event on the default event bus, as AWS services do. Never throws; failures are logged. */
  readonly emit: (event: BusEvent) => void;
  /** Records one sample of a classic metric that AWS would vend (AWS/Lambda, AWS/SQS). */
  readonly vend: (sample: VendedSample) => void;
  /** Credentials with which a child process calls back as this role. */
  readonly credentialsFor: (roleArn: string) => {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
  /**
   * Asks for what a service does by itself for a role or a resource: reading a queue for a function, writing
   * its log. Throws the AwsError of the refusal.
   */
  readonly authorize: (caller: Caller, needs: readonly Need[]) => void;
  /** The base URL of the cloud, known once it listens. */
  readonly endpoint: () => string;
  /** The cloud's own log: one JSON line each, in `cloud.log` of the state folder. */
  readonly log: (
    level: 'debug' | 'info' | 'warn' | 'error',
    message: string,
    context?: Record<string, unknown>,
  ) => void;
}

/** Real time in the processes; a test may bring its own. Timers end with the cloud. */
export interface LocalClock {
  readonly nowMs: () => number;
  /** Calls once after a delay; returns the cancel. */
  readonly after: (delayMs: number, call: () => void) => () => void;
  /** Calls again and again, first after one interval; a call that runs late is not made up for. Returns the cancel. */
  readonly every: (intervalMs: number, call: () => void) => () => void;
}

export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly resources: readonly string[];
}

export interface VendedSample {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit: string;
  /** Now if not given. */
  readonly atMs?: number;
}
