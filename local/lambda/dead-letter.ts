import type { Kernel } from '../kernel/kernel.ts';
import type { FunctionConfig } from './function-config.ts';

export interface DeadEvent {
  readonly config: FunctionConfig;
  readonly requestId: string;
  /** JSON text of the event that was given up. */
  readonly payload: string;
  readonly reason: string;
}

/**
 * Sends a given-up event to the function's dead-letter queue or topic, if it has one. Never throws:
 * as on AWS, one that cannot be sent is counted as DeadLetterErrors and lost.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
 */
export async function sendDeadLetter(kernel: Kernel, event: DeadEvent): Promise<void> {
  const { config } = event;
  if (config.deadLetterArn === undefined) return;
  const attributes = {
    RequestID: { type: 'String', value: event.requestId },
    ErrorCode: { type: 'Number', value: '200' },
    // AWS cuts it at 1 KB.
    ErrorMessage: { type: 'String', value: event.reason.slice(0, 1024) },
  };
  const payload: unknown = JSON.parse(event.payload);
  await handOver(kernel, {
    config,
    arn: config.deadLetterArn,
    payload,
    attributes,
    metric: 'DeadLetterErrors',
  });
}

export interface Parcel {
  readonly config: FunctionConfig;
  readonly arn: string;
  readonly payload: unknown;
  readonly attributes?: Readonly<Record<string, { readonly type: string; readonly value: string }>>;
  /** What is counted when it cannot be delivered. */
  readonly metric: string;
}

/** Delivers from a function to a queue, topic or function; a failure is logged and counted. */
export async function handOver(kernel: Kernel, { config, arn, metric, ...parcel }: Parcel): Promise<void> {
  try {
    const sender = { from: 'lambda.amazonaws.com', sourceArn: config.arn, roleArn: config.roleArn };
    await kernel.deliver(arn, { ...parcel, ...sender });
  } catch (error) {
    const dimensions = { FunctionName: config.name };
    kernel.vend({ namespace: 'AWS/Lambda', name: metric, dimensions, value: 1, unit: 'Count' });
    kernel.log('error', `${config.name}: an event could not be handed to ${arn}.`, { error: String(error) });
  }
}
