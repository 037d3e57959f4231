import * as z from 'zod';
import { AwsError } from '../kernel/service.ts';
import type { TableStore } from './table-store.ts';

const FIVE_YEARS_S = 5 * 365 * 24 * 60 * 60;

const Page = z.object({
  Items: z.array(z.record(z.string(), z.unknown())),
  LastEvaluatedKey: z.record(z.string(), z.unknown()).optional(),
});

export interface Expiry {
  readonly tableName: string;
  readonly keyNames: readonly string[];
  /** The attribute that holds the epoch second after which an item may go. */
  readonly attribute: string;
}

/**
 * Deletes the items of one table whose time is over, as DynamoDB does within a few days: only a number
 * counts, and a time more than five years ago is taken for a mistake. An item whose time was changed
 * meanwhile stays.
 *
 * @param nowS epoch seconds
 * @returns how many items were deleted
 */
export async function sweepExpired(store: TableStore, expiry: Expiry, nowS: number): Promise<number> {
  const { tableName: TableName, keyNames, attribute } = expiry;
  const names = { '#ttl': attribute };
  let deleted = 0;
  let from: Record<string, unknown> | undefined;
  do {
    const page = Page.parse(
      await store.run('Scan', {
        TableName,
        FilterExpression: '#ttl BETWEEN :oldest AND :now',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: {
          ':oldest': { N: String(nowS - FIVE_YEARS_S) },
          ':now': { N: String(nowS) },
        },
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    for (const item of page.Items) {
      const Key = Object.fromEntries(keyNames.map((name) => [name, item[name]]));
      const condition = { ConditionExpression: '#ttl = :seen', ExpressionAttributeNames: names };
      const seen = { ExpressionAttributeValues: { ':seen': item[attribute] } };
      if (await deleteUnlessChanged(store, { TableName, Key, ...condition, ...seen })) deleted += 1;
    }
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return deleted;
}

async function deleteUnlessChanged(store: TableStore, input: object): Promise<boolean> {
  try {
    await store.run('DeleteItem', input);
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
