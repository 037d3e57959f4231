import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../../ports/clock.ts';
import type { Lease } from '../../ports/lease.ts';

/** Leases as items of the one table: partition `lease#<name>`, sort key `lease`, decided by conditional writes. */
export function dynamoLease(client: DynamoDBDocumentClient, tableName: string, clock: Clock): Lease {
  const key = (name: string) => ({ pk: `lease#${name}`, sk: 'lease' });
  return {
    take: (name, holder, untilMs) =>
      unlessRefused(() =>
        client.send(
          new PutCommand({
            TableName: tableName,
            Item: { ...key(name), holder, untilMs },
            ConditionExpression: 'attribute_not_exists(pk) OR untilMs <= :now OR holder = :holder',
            ExpressionAttributeValues: { ':now': clock.nowMs(), ':holder': holder },
          }),
        ),
      ),
    release: async (name, holder) => {
      await unlessRefused(() =>
        client.send(
          new DeleteCommand({
            TableName: tableName,
            Key: key(name),
            ConditionExpression: 'holder = :holder',
            ExpressionAttributeValues: { ':holder': holder },
          }),
        ),
      );
    },
  };
}

/** False when the condition did not hold: another holder has it, which is an outcome and no error. */
async function unlessRefused(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
