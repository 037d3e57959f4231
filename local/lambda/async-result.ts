import type { Kernel } from '../kernel/kernel.ts';
import type { AsyncEvent } from './async-events.ts';
import { handOver, sendDeadLetter } from './dead-letter.ts';
import type { EventInvokeSettings } from './event-invoke-config.ts';
import type { Outcome } from './execution-environment.ts';
import type { ResolvedFunction } from './function-registry.ts';

/** Why an asynchronous event is done with. */
export interface FinalResult {
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';
  readonly outcome?: Outcome;
}

interface Finished {
  readonly event: AsyncEvent;
  readonly target: ResolvedFunction;
  readonly result: FinalResult;
  readonly settings: EventInvokeSettings;
}

/**
 * Hands a finished event to the function's dead-letter queue and its destinations. Never throws.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export async function deliverResult(kernel: Kernel, finished: Finished): Promise<void> {
  const { event, result, settings } = finished;
  const { config } = finished.target;
  const isSuccess = result.condition === 'Success';
  const arn = isSuccess ? settings.onSuccessArn : settings.onFailureArn;
  if (arn !== undefined) {
    const payload = resultRecord(kernel, finished);
    await handOver(kernel, { config, arn, payload, metric: 'DestinationDeliveryFailures' });
  }
  if (isSuccess) return;
  const reason = result.outcome?.ok === false ? result.outcome.error.errorMessage : result.condition;
  await sendDeadLetter(kernel, { config, requestId: event.id, payload: event.payload, reason });
}

function resultRecord(kernel: Kernel, { event, target, result }: Finished): object {
  const { outcome } = result;
  return {
    version: '1.0',
    timestamp: new Date(kernel.clock.nowMs()).toISOString(),
    requestContext: {
      requestId: event.id,
      functionArn: `${target.config.arn}:${target.qualifier ?? '$LATEST'}`,
      condition: result.condition,
      approximateInvokeCount: event.attempts,
    },
    requestPayload: JSON.parse(event.payload) as unknown,
    ...(outcome !== undefined && {
      responseContext: {
        statusCode: 200,
        executedVersion: target.config.version,
        ...(!outcome.ok && { functionError: 'Unhandled' }),
      },
      responsePayload: outcome.ok ? (JSON.parse(outcome.payload) as unknown) : outcome.error,
    }),
  };
}
