import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoLease } from '../../../../../shared/adapters/dynamodb/lease.ts';
import type { Clock } from '../../../../../shared/ports/clock.ts';
import type { Lease } from '../../../../../shared/ports/lease.ts';
import { FakeClock } from '../../../../fakes/fake-clock.ts';
import { FakeLease } from '../../../../fakes/fake-lease.ts';

const dynalite = createRequire(import.meta.url)('dynalite') as (options: { createTableMs: number }) => Server;
const TABLE = 'homeostat';

let server: Server;
let client: DynamoDBClient;
beforeAll(async () => {
  server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = new DynamoDBClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' },
  });
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
});
afterAll(() => {
  client.destroy();
  server.close();
});

const KINDS: Readonly<Record<string, (clock: Clock) => Lease>> = {
  dynamodb: (clock) => dynamoLease(DynamoDBDocumentClient.from(client), TABLE, clock),
  fake: (clock) => new FakeLease(clock),
};

describe.each(Object.keys(KINDS))('the lease of %s', (kind) => {
  /** A lease under a clock; every test has names of its own. */
  function aLease() {
    const clock = new FakeClock();
    const lease = KINDS[kind]?.(clock);
    if (lease === undefined) throw new Error(kind);
    return { lease, clock, inMs: (ms: number) => clock.nowMs() + ms };
  }

  test('is taken by one at a time', async () => {
    const { lease, inMs } = aLease();
    const takes = await Promise.all(
      ['a', 'b', 'c', 'd'].map((holder) => lease.take('race', holder, inMs(1_000))),
    );
    expect(takes.filter(Boolean)).toHaveLength(1);
  });

  test('runs out at its end, to the millisecond', async () => {
    const { lease, clock, inMs } = aLease();
    expect(await lease.take('end', 'a', inMs(1_000))).toBe(true);
    clock.forward(999);
    expect(await lease.take('end', 'b', inMs(1_000))).toBe(false);
    clock.forward(1);
    expect(await lease.take('end', 'b', inMs(1_000))).toBe(true);
    expect(await lease.take('end', 'a', inMs(1_000))).toBe(false);
  });

  test('is extended by its holder', async () => {
    const { lease, clock, inMs } = aLease();
    await lease.take('more', 'a', inMs(1_000));
    expect(await lease.take('more', 'a', inMs(5_000))).toBe(true);
    clock.forward(2_000);
    expect(await lease.take('more', 'b', inMs(1_000))).toBe(false);
  });

  test('is given back by its holder only; giving back twice does nothing', async () => {
    const { lease, inMs } = aLease();
    await lease.take('back', 'a', inMs(1_000));
    await lease.release('back', 'b');
    expect(await lease.take('back', 'b', inMs(1_000))).toBe(false);
    await lease.release('back', 'a');
    await lease.release('back', 'a');
    expect(await lease.take('back', 'b', inMs(1_000))).toBe(true);
  });

  test('one name says nothing of another', async () => {
    const { lease, inMs } = aLease();
    await lease.take('one', 'a', inMs(1_000));
    expect(await lease.take('two', 'b', inMs(1_000))).toBe(true);
  });
});

test('a store that cannot be reached is an error, not a lost race', async () => {
  const gone = DynamoDBDocumentClient.from(client);
  const lease = dynamoLease(gone, 'no-such-table', new FakeClock());
  await expect(lease.take('x', 'a', 1)).rejects.toThrow();
});
