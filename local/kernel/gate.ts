import type { Delivery } from './service.ts';

/** A request at the door, decoded and not yet carried out. */
export interface RequestPassage {
  /** The signing name of the service: `dynamodb`. */
  readonly service: string;
  /** The API's own name of the operation: `PutItem`. */
  readonly operation: string;
  /** ARN of the role whose key signed; undefined for the person at the machine. */
  readonly roleArn: string | undefined;
  /** True if no key signed it; the cloud's own requests leave it out. */
  readonly isUnsigned?: boolean;
  /** What the operation gets: a decoded object, or the `RestRequest` of a REST route. */
  readonly input: unknown;
  /** False if its sender has said that it will not ask again, whatever becomes of it. */
  readonly mayRepeat?: boolean;
}

/** What one service hands to another, not yet handed over. */
export interface DeliveryPassage {
  readonly arn: string;
  readonly delivery: Delivery;
}

/**
 * What everything that happens between two parts of the cloud passes through: rights are checked here, and
 * faults are made here. A gate lets through by calling `perform` (once, or as often as it is to happen),
 * and refuses by throwing an AwsError. Gates that are not interested leave a part out.
 */
export interface Gate {
  readonly onRequest?: <T>(passage: RequestPassage, perform: () => Promise<T>) => Promise<T>;
  readonly onDelivery?: (passage: DeliveryPassage, perform: () => Promise<void>) => Promise<void>;
}

/**
 * What a gate throws when there is to be no answer at all: the door cuts the connection, and the sender of a
 * delivery does not learn whether it arrived.
 */
export class ConnectionLost extends Error {
  constructor() {
    super('The connection was lost.');
    this.name = 'ConnectionLost';
  }
}

/** Several gates as one; the first is the outermost. */
export function gatesInARow(gates: readonly Gate[]): Required<Gate> {
  return {
    onRequest: (passage, perform) =>
      gates.reduceRight((inner, gate) => {
        const { onRequest } = gate;
        return onRequest === undefined ? inner : () => onRequest(passage, inner);
      }, perform)(),
    onDelivery: (passage, perform) =>
      gates.reduceRight((inner, gate) => {
        const { onDelivery } = gate;
        return onDelivery === undefined ? inner : () => onDelivery(passage, inner);
      }, perform)(),
  };
}
