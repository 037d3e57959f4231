import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from '../../kernel/service.ts';
import { applyUpdate } from './apply-update.ts';
import type { DurableStore } from './durable-store.ts';
import type { Execution } from './execution.ts';
import { operationEvent } from './history.ts';
import { OperationUpdate } from './operation.ts';

/** Body of CheckpointDurableExecution. */
export const CheckpointRequest = z.object({
  CheckpointToken: z.string(),
  ClientToken: z.string().nullish(),
  Updates: z.array(OperationUpdate).nullish(),
});
export type CheckpointRequest = z.infer<typeof CheckpointRequest>;

/** Hard quota of AWS. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_OPERATIONS = 3_000;

/** A secret nobody can guess: whoever holds it may write this execution once. */
export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

/**
 * Throws unless the token is the one this execution waits for. The wording matters: the SDK ends the
 * invocation, not the execution, when the message begins with "Invalid Checkpoint Token".
 */
export function checkToken(execution: Execution, token: string): void {
  if (execution.status === 'RUNNING' && execution.token === token) return;
  throw new AwsError(
    'InvalidParameterValueException',
    `Invalid Checkpoint Token: it is used up, or its invocation of ${execution.arn} is over.`,
  );
}

/** True for a request that was taken before and whose answer got lost: the client sends it again. */
export function isRepeated(execution: Execution, request: CheckpointRequest): boolean {
  const last = execution.lastCheckpoint;
  return (
    last !== undefined &&
    execution.token !== undefined &&
    last.consumedToken === request.CheckpointToken &&
    last.clientToken === request.ClientToken
  );
}

/**
 * Writes all updates of one checkpoint, or none, and consumes its token.
 *
 * @returns the execution with its next token, and the ids of the operations that were touched
 */
export function writeCheckpoint(
  store: DurableStore,
  execution: Execution,
  request: CheckpointRequest,
  nowMs: number,
): { execution: Execution; operationIds: string[] } {
  return store.atomically(() => {
    const updates = request.Updates ?? [];
    let result: Pick<Execution, 'result'> = {};
    for (const update of updates) {
      // A result too large for the invocation's answer comes this way; see the end of runHandler in the SDK.
      if (update.Type === 'EXECUTION' && update.Action === 'SUCCEED') {
        result = { result: update.Payload ?? undefined };
      } else {
        writeOperation(store, execution.arn, update, nowMs);
      }
    }
    if (store.countOperations(execution.arn) > MAX_OPERATIONS) {
      throw new AwsError(
        'InvalidParameterValueException',
        `${execution.name} has more than ${MAX_OPERATIONS} durable operations, the quota of AWS. Poll less often or split the work.`,
      );
    }
    const operationIds = [...new Set(updates.map((update) => update.Id))];
    const { CheckpointToken: consumedToken, ClientToken: clientToken } = request;
    const next: Execution = {
      ...execution,
      ...result,
      token: newToken(),
      lastCheckpoint:
        typeof clientToken === 'string' ? { clientToken, consumedToken, operationIds } : undefined,
      failures: updates.length > 0 ? 0 : execution.failures,
    };
    store.put(next);
    return { execution: next, operationIds };
  });
}

function writeOperation(store: DurableStore, arn: string, update: OperationUpdate, nowMs: number): void {
  const current = store.operation(arn, update.Id);
  const next = applyUpdate(current, update, { nowMs, callbackId: newToken() });
  store.putOperation(arn, next);
  store.addEvent(arn, nowMs, operationEvent(next, update.Action));
}
