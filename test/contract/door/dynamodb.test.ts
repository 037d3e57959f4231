import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ResourceNotFoundException,
  ScanCommand,
  type ScanCommandOutput,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDoor, type Door } from '../../../local/door/door.ts';
import { createDynamoDb } from '../../../local/dynamodb/dynamodb.ts';
import { realClock } from '../../../local/kernel/real-clock.ts';
import type { Service } from '../../../local/kernel/service.ts';
import { createFakeKernel } from '../../fakes/fake-kernel.ts';

let door: Door;
let service: Service;
let client: DynamoDBClient;

beforeAll(async () => {
  service = await createDynamoDb(createFakeKernel());
  await service.resources?.[0]?.put({
    stack: 'state',
    logicalId: 'Table',
    suggestedName: 'state-Table',
    properties: {
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    },
  });
  const options = { roleOf: () => undefined, log: () => undefined, clock: realClock() };
  door = await openDoor({ services: [service], ...options });
  client = new DynamoDBClient({
    endpoint: door.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await door.close();
  await service.stop?.();
});

const TableName = 'state-Table';

test('items of every kind of attribute come back', async () => {
  const Item = {
    pk: { S: 'ä💥' },
    n: { N: '12345678901234567890' },
    b: { B: Buffer.from([0, 255]) },
    l: { L: [{ BOOL: true }, { NULL: true }] },
    m: { M: { s: { SS: ['a', 'b'] } } },
  };
  await client.send(new PutItemCommand({ TableName, Item }));
  const { Item: found } = await client.send(new GetItemCommand({ TableName, Key: { pk: Item.pk } }));
  expect(found).toEqual({ ...Item, b: { B: new Uint8Array([0, 255]) } });
});

test('a lost condition and a missing table are the classes of the SDK', async () => {
  const put = new PutItemCommand({
    TableName,
    Item: { pk: { S: 'once' } },
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  await client.send(put);
  await expect(client.send(put)).rejects.toBeInstanceOf(ConditionalCheckFailedException);
  const missing = client.send(new DescribeTableCommand({ TableName: 'none' }));
  await expect(missing).rejects.toBeInstanceOf(ResourceNotFoundException);
});

test('of many writers at once on one condition, one wins', async () => {
  const tries = Array.from({ length: 20 }, (_, writer) =>
    client.send(
      new PutItemCommand({
        TableName,
        Item: { pk: { S: 'race' }, writer: { N: String(writer) } },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ),
  );
  const outcomes = await Promise.allSettled(tries);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('pages go on where they ended', async () => {
  for (const key of ['p1', 'p2', 'p3']) {
    await client.send(new PutItemCommand({ TableName, Item: { pk: { S: key } } }));
  }
  const seen: (string | undefined)[] = [];
  let from: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const ExclusiveStartKey = from;
    const page = await client.send(
      new ScanCommand({
        TableName,
        Limit: 2,
        ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
      }),
    );
    seen.push(...(page.Items ?? []).map((item) => item['pk']?.S));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  expect(seen).toEqual(expect.arrayContaining(['p1', 'p2', 'p3']));
  expect(new Set(seen).size).toBe(seen.length);
});

test('what dynalite lacks is named', async () => {
  const asked = client.send(
    new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: { pk: { S: 't' } } } }] }),
  );
  await expect(asked).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message: "homeostat's embedded cloud does not implement TransactWriteItems of service dynamodb",
  });
});
