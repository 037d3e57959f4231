import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDynamoDb } from '../../../../local/dynamodb/dynamodb.ts';
import type { DeclaredResource, Service } from '../../../../local/kernel/service.ts';
import { createFakeKernel, type FakeKernel } from '../../../fakes/fake-kernel.ts';
import { counterTable, KEYS } from './counter-table.ts';

interface Item {
  readonly pk: { readonly S: string };
  readonly due: { readonly N: string };
}

let kernel: FakeKernel;
let dir: string;
const open: Service[] = [];
beforeEach(() => {
  kernel = createFakeKernel();
  dir = mkdtempSync(join(tmpdir(), 'homeostat-'));
});
afterEach(async () => {
  for (const service of open.splice(0)) await service.stop?.();
  rmSync(dir, { recursive: true, force: true });
});

async function aDynamoDb(options: { dir?: string } = {}): Promise<Service> {
  const service = await createDynamoDb(kernel, options);
  open.push(service);
  return service;
}

async function stop(service: Service): Promise<void> {
  open.splice(open.indexOf(service), 1);
  await service.stop?.();
}

async function run<T = unknown>(service: Service, operation: string, input: object): Promise<T> {
  const handle = service.rpc?.operations[operation];
  if (handle === undefined) throw new Error(`DynamoDB has no operation ${operation}.`);
  return (await handle(input, { principal: 'owner', requestId: 'r' })) as T;
}

async function put(service: Service, resource: DeclaredResource = counterTable) {
  return service.resources?.[0]?.put(resource);
}

const putItem = (service: Service, pk: string, due: number, more: object = {}) =>
  run(service, 'PutItem', {
    TableName: 'counters',
    Item: { pk: { S: pk }, kind: { S: 'due' }, due: { N: String(due) }, ...more },
  });

async function items(service: Service): Promise<Item[]> {
  const { Items: found } = await run<{ Items: Item[] }>(service, 'Scan', { TableName: 'counters' });
  return found;
}

async function indexed(service: Service): Promise<Item[]> {
  const { Items: found } = await run<{ Items: Item[] }>(service, 'Query', {
    TableName: 'counters',
    IndexName: 'byDue',
    KeyConditionExpression: 'kind = :kind',
    ExpressionAttributeValues: { ':kind': { S: 'due' } },
  });
  return found;
}

describe('a table', () => {
  test('is made once, and keeps its items when it is deployed again', async () => {
    const service = await aDynamoDb();
    expect(await put(service)).toEqual({
      ref: 'counters',
      attributes: { Arn: 'arn:aws:dynamodb:us-east-1:123456789012:table/counters' },
    });
    await putItem(service, 'a', 1);
    await put(service);
    expect(await items(service)).toHaveLength(1);
    expect(await run(service, 'DescribeTable', { TableName: 'counters' })).toMatchObject({
      Table: {
        TableStatus: 'ACTIVE',
        TableArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/counters',
        GlobalSecondaryIndexes: [{ IndexStatus: 'ACTIVE' }],
      },
    });
  });

  test('has the suggested name if the template gives none', async () => {
    const { TableName: _, ...properties } = counterTable.properties;
    expect(await put(await aDynamoDb(), { ...counterTable, properties })).toMatchObject({
      ref: 'state-Counters',
    });
  });

  test.each([
    { DeletionProtectionEnabled: true },
    { Replicas: [{ Region: 'us-east-1', DeletionProtectionEnabled: 'true' }] },
  ])('with %j is not deleted before its protection is taken off', async (declared) => {
    const service = await aDynamoDb();
    await put(service, { ...counterTable, properties: { ...counterTable.properties, ...declared } });
    const table = { TableName: 'counters' };
    await expect(run(service, 'DeleteTable', table)).rejects.toThrow('Disable deletion protection first.');
    expect(await run(service, 'DescribeTable', table)).toMatchObject({
      Table: { DeletionProtectionEnabled: true },
    });
    expect(await run(service, 'UpdateTable', { ...table, DeletionProtectionEnabled: false })).toMatchObject({
      TableDescription: { DeletionProtectionEnabled: false },
    });
    expect(await run(service, 'DeleteTable', table)).toMatchObject({
      TableDescription: { TableStatus: 'DELETING' },
    });
  });

  test('with other keys than before is refused, with both named', async () => {
    const service = await aDynamoDb();
    await put(service);
    const properties = { ...counterTable.properties, GlobalSecondaryIndexes: undefined };
    await expect(put(service, { ...counterTable, properties })).rejects.toThrow(
      'The table "counters" is already there with other keys.\n' +
        '  There: pk (HASH, S); global index byDue: kind (HASH, S) + due (RANGE, N), projecting ALL\n' +
        '  Declared: pk (HASH, S)\n' +
        'Give the table another name, or start with --fresh, which forgets all state.',
    );
  });

  test('answers a lost condition as DynamoDB does', async () => {
    const service = await aDynamoDb();
    await put(service);
    await putItem(service, 'a', 1);
    const again = run(service, 'PutItem', {
      TableName: 'counters',
      Item: { pk: { S: 'a' } },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await expect(again).rejects.toMatchObject({ code: 'ConditionalCheckFailedException', status: 400 });
  });
});

describe('time to live', () => {
  test('deletes what is over once a minute, until the service stops', async () => {
    const service = await aDynamoDb();
    await put(service);
    await service.start?.();
    const nowS = kernel.clock.nowMs() / 1000;
    await putItem(service, 'over', 1, { expiresAtS: { N: String(nowS + 30) } });
    await putItem(service, 'later', 2, { expiresAtS: { N: String(nowS + 90) } });
    await kernel.clock.advance(60_000);
    await stop(service);
    await kernel.clock.advance(60_000);
    expect(kernel.logs).toEqual([
      { level: 'info', message: 'expired items deleted', context: { table: 'counters', deleted: 1 } },
    ]);
  });

  test('is told to who asks', async () => {
    const service = await aDynamoDb();
    await put(service);
    expect(await run(service, 'DescribeTimeToLive', { TableName: 'counters' })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAtS' },
    });
    await put(service, {
      ...counterTable,
      properties: { ...counterTable.properties, TimeToLiveSpecification: undefined },
    });
    expect(await run(service, 'DescribeTimeToLive', { TableName: 'counters' })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' },
    });
  });
});

describe('on disk', () => {
  test('items survive a clean stop', async () => {
    const first = await aDynamoDb({ dir });
    await put(first);
    await putItem(first, 'a', 1);
    await stop(first);
    const second = await aDynamoDb({ dir });
    await put(second);
    expect(await items(second)).toHaveLength(1);
    expect(await indexed(second)).toHaveLength(1);
  });

  test('a folder that is open is refused with its name', async () => {
    await aDynamoDb({ dir });
    await expect(createDynamoDb(kernel, { dir })).rejects.toThrow(
      `The DynamoDB tables in "${dir}" cannot be opened:`,
    );
  });

  test('every acknowledged write and its index entry survive a kill -9', async () => {
    let next = 0;
    for (let round = 0; round < 4; round += 1) {
      // A different number of writes each round, so that the kill meets different moments.
      const acknowledged = await writeUntilKilled(next, 150 + 37 * round);
      const service = await aDynamoDb({ dir });
      const found = await items(service);
      const numbers = new Map(found.map((item) => [item.pk.S, Number(item.due.N)]));
      for (const [key, number] of acknowledged) {
        expect(numbers.get(`k${key}`), `key ${key} in round ${round}`).toBeGreaterThanOrEqual(number);
      }
      const byDue = found.toSorted((left, right) => Number(left.due.N) - Number(right.due.N));
      expect(await indexed(service), `index in round ${round}`).toEqual(byDue);
      next = Math.max(...numbers.values()) + 1;
      next += KEYS - (next % KEYS);
      await stop(service);
    }
  });
});

/** Runs the writing child, kills it after some acknowledgements, and gives the last acknowledged number by key. */
async function writeUntilKilled(first: number, writes: number): Promise<Map<number, number>> {
  const script = fileURLToPath(new URL('./writing-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dir, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const acknowledged = new Map<number, number>();
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [key = Number.NaN, number = Number.NaN] = line.split(' ').map(Number);
    acknowledged.set(key, number);
    count += 1;
    if (count === writes) child.kill('SIGKILL');
  }
  expect(await exited).toEqual([null, 'SIGKILL']);
  return acknowledged;
}
