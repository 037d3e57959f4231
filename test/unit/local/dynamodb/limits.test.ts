import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDynamoDb } from '../../../../local/dynamodb/dynamodb.ts';
import type { Service } from '../../../../local/kernel/service.ts';
import { createFakeKernel } from '../../../fakes/fake-kernel.ts';
import { counterTable } from './counter-table.ts';

/** DynamoDB developer guide, "Quotas in Amazon DynamoDB" and "Constraints in Amazon DynamoDB". */

let dynamodb: Service;
beforeEach(async () => {
  dynamodb = await createDynamoDb(createFakeKernel());
  await dynamodb.resources?.[0]?.put(counterTable);
});
afterEach(async () => dynamodb.stop?.());

async function run(operation: string, input: object): Promise<Record<string, unknown>> {
  const handle = dynamodb.rpc?.operations[operation];
  const output = await handle?.({ TableName: 'counters', ...input }, { principal: 'owner', requestId: 'r' });
  return output as Record<string, unknown>;
}

const item = (pk: string, bytes = 0) => ({ pk: { S: pk }, x: { S: 'x'.repeat(bytes) } });
const putItem = (pk: string, bytes = 0) => run('PutItem', { Item: item(pk, bytes) });

/** `pk`, its one character, `x`: the names and the key count as well. */
const OVERHEAD = 'pk'.length + 1 + 'x'.length;
const ITEM_BYTES = 400 * 1024;

describe('an item', () => {
  test('is at most 400 KB, names and values together', async () => {
    await putItem('a', ITEM_BYTES - OVERHEAD);
    await expect(putItem('b', ITEM_BYTES - OVERHEAD + 1)).rejects.toMatchObject({
      code: 'ValidationException',
      message: 'Item size has exceeded the maximum allowed size',
    });
  });

  test('cannot grow over it by an update', async () => {
    await putItem('a', ITEM_BYTES - OVERHEAD);
    const update = run('UpdateItem', {
      Key: { pk: { S: 'a' } },
      UpdateExpression: 'SET y = :y',
      ExpressionAttributeValues: { ':y': { S: 'y' } },
    });
    await expect(update).rejects.toMatchObject({
      code: 'ValidationException',
      message: 'Item size to update has exceeded the maximum allowed size',
    });
  });

  test('has a partition key of 2,048 bytes at most', async () => {
    await putItem('k'.repeat(2_048));
    await expect(putItem('k'.repeat(2_049))).rejects.toMatchObject({ code: 'ValidationException' });
  });
});

test.each(['Scan', 'Query'])('a page of %s ends at 1 MB and says where to go on', async (operation) => {
  const bytes = 300_000;
  for (let at = 0; at < 5; at += 1) {
    const due = { kind: { S: 'due' }, due: { N: String(at) } };
    await run('PutItem', { Item: { ...item(String(at), bytes), ...due } });
  }
  const byDue = {
    IndexName: 'byDue',
    KeyConditionExpression: 'kind = :kind',
    ExpressionAttributeValues: { ':kind': { S: 'due' } },
  };
  const input = operation === 'Query' ? byDue : {};
  const first = await run(operation, input);
  expect((first['Items'] as unknown[]).length).toBeLessThan(5);
  const rest = await run(operation, { ...input, ExclusiveStartKey: first['LastEvaluatedKey'] });
  expect((first['Items'] as unknown[]).length + (rest['Items'] as unknown[]).length).toBe(5);
});

test('a batch writes at most 25 items and reads at most 100', async () => {
  const writes = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ PutRequest: { Item: item(String(at)) } }));
  const keys = (count: number) => Array.from({ length: count }, (_, at) => ({ pk: { S: String(at) } }));
  await run('BatchWriteItem', { RequestItems: { counters: writes(25) } });
  await run('BatchGetItem', { RequestItems: { counters: { Keys: keys(100) } } });
  const tooMany = { code: 'ValidationException' };
  await expect(run('BatchWriteItem', { RequestItems: { counters: writes(26) } })).rejects.toMatchObject(
    tooMany,
  );
  const reads = run('BatchGetItem', { RequestItems: { counters: { Keys: keys(101) } } });
  await expect(reads).rejects.toMatchObject(tooMany);
});

test('a condition that fails changes nothing, and its message is that of DynamoDB', async () => {
  await putItem('a', 1);
  const again = run('PutItem', { Item: item('a', 9), ConditionExpression: 'attribute_not_exists(pk)' });
  await expect(again).rejects.toMatchObject({
    code: 'ConditionalCheckFailedException',
    message: 'The conditional request failed',
    status: 400,
  });
  expect(await run('GetItem', { Key: { pk: { S: 'a' } } })).toEqual({ Item: item('a', 1) });
});
