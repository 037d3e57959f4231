import { createHash } from 'node:crypto';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { DurableExecutionAlreadyStartedException, InvokeCommand } from '@aws-sdk/client-lambda';
import type { RecoveryStarter } from '../../ports/orders.ts';

/**
 * Starts the durable function `recover` under a name that follows from system and attempt. Lambda
 * returns the execution of a name that was used before, so the same order twice acts once.
 *
 * @param functionArn ARN with the alias: an unqualified durable function is refused
 */
export function lambdaRecoveryStarter(client: LambdaClient, functionArn: string): RecoveryStarter {
  return {
    start: async (system, { attempt }) => {
      const invoke = new InvokeCommand({
        FunctionName: functionArn,
        InvocationType: 'Event',
        DurableExecutionName: executionName(system, attempt),
        Payload: JSON.stringify({ system, attempt }),
      });
      try {
        const started = await client.send(invoke);
        return started.DurableExecutionArn ?? executionName(system, attempt);
      } catch (error) {
        // Another version of the function may hold the name: the attempt is under way all the same.
        if (error instanceof DurableExecutionAlreadyStartedException) return executionName(system, attempt);
        throw error;
      }
    },
  };
}

function executionName(system: string, attempt: string): string {
  const hash = createHash('sha256').update(`${system}/${attempt}`).digest('hex').slice(0, 12);
  return `${attempt.slice(0, 40)}-${hash}`;
}
