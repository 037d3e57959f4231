import { spawnSync } from 'node:child_process';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoIncidentLog } from '../../shared/adapters/dynamodb/incident-log.ts';
import { DUE_INDEX, TABLE_NAME } from '../../shared/contract/names.ts';
import { foldCommit } from '../../shared/domain/incident/commit.ts';
import type { Commit } from '../../shared/domain/incident/commit.ts';
import { EMPTY_STATE } from '../../shared/domain/incident/state.ts';
import type { IncidentLog } from '../../shared/ports/incident-log.ts';
import { fakeIncidentLog } from '../fakes/fake-incident-log.ts';
import { openDoor } from '../../local/door/door.ts';
import { createDynamoDb } from '../../local/dynamodb/dynamodb.ts';
import { ConnectionLost, type Gate } from '../../local/kernel/gate.ts';
import { realClock } from '../../local/kernel/real-clock.ts';
import { createFakeKernel } from '../fakes/fake-kernel.ts';
import { startDynamoDbLocal } from './dynamodb-local.ts';

/** One suite for every log: the fake, dynalite (what runs on a laptop) and Amazon's own DynamoDB Local. */

function suite(open: () => IncidentLog): void {
  const commit = (seq: number, over: Partial<Commit> = {}): Commit => ({
    seq,
    atMs: seq * 1000,
    by: 'test',
    catalogHash: 'abc',
    events: [{ type: 'transition-seen', key: `k${String(seq)}`, value: 'ALARM', atMs: seq }],
    ...over,
  });
  let count = 0;
  const aSystemName = () => `system-${String((count += 1))}-${String(process.hrtime.bigint())}`;

  async function fill(log: IncidentLog, system: string, upTo: number): Promise<void> {
    let state = await log.load(system);
    for (let seq = state.seq + 1; seq <= upTo; seq += 1) {
      state = foldCommit(state, commit(seq));
      expect(await log.append(system, commit(seq), state, undefined)).toBe(true);
    }
  }

  test('a system without commits has the empty state', async () => {
    const system = aSystemName();
    expect(await open().load(system)).toEqual(EMPTY_STATE);
    expect(await open().read(system, 1, 0)).toEqual([]);
  });

  test('the state is the fold of all commits, for a warm reader, a cold one, and past snapshots', async () => {
    const [system, writer] = [aSystemName(), open()];
    await fill(writer, system, 120);
    expect((await writer.load(system)).seq).toBe(120);
    const cold = sameStore(writer) ?? open();
    expect(await cold.load(system)).toEqual(await writer.load(system));
    expect(Object.keys((await cold.load(system)).seen)).toHaveLength(120);
  });

  test('of two writers of one commit one wins, and the other sees what was written', async () => {
    const [system, one] = [aSystemName(), open()];
    const other = sameStore(one) ?? open();
    const mine = commit(1, { by: 'one' });
    const results = await Promise.all([
      one.append(system, mine, foldCommit(EMPTY_STATE, mine), undefined),
      other.append(system, commit(1, { by: 'other' }), foldCommit(EMPTY_STATE, commit(1)), undefined),
    ]);
    expect(results.filter(Boolean)).toHaveLength(1);
    expect((await one.load(system)).seq).toBe(1);
    expect((await other.load(system)).seq).toBe(1);
  });

  test('commits are read back whole, with the receipts that were added since', async () => {
    const [system, writer] = [aSystemName(), open()];
    await fill(writer, system, 3);
    await writer.confirm(system, 2, { a: 'm-1' }, undefined);
    await writer.confirm(system, 2, { 'b.2': 'm-2' }, 5000);
    expect(await writer.read(system, 2, 3)).toEqual([
      { ...commit(2), receipts: { a: 'm-1', 'b.2': 'm-2' } },
      { ...commit(3), receipts: {} },
    ]);
  });

  test('what is due is found, earliest first, until it is confirmed without a time', async () => {
    const [system, writer] = [aSystemName(), open()];
    let state = EMPTY_STATE;
    for (const [at, dueMs] of [3000, 1000, 9000].entries()) {
      state = foldCommit(state, commit(at + 1));
      await writer.append(system, commit(at + 1), state, dueMs);
    }
    const mine = async (nowMs: number) =>
      (await writer.due(nowMs, 1000)).filter((due) => due.system === system).map(({ seq }) => seq);
    expect(await mine(3000)).toEqual([2, 1]);
    await writer.confirm(system, 2, {}, undefined);
    await writer.confirm(system, 1, {}, 4000);
    expect(await mine(3999)).toEqual([]);
    expect(await mine(9000)).toEqual([1, 3]);
  });

  /** A second client of the same store; a fake has none but itself. */
  function sameStore(first: IncidentLog): IncidentLog | undefined {
    return 'failure' in first ? first : undefined;
  }
}

function clientOf(endpoint: string): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    }),
  );
}

/** The same keys and index as infra/stacks/state-stack.ts declares. */
const TABLE: CreateTableCommandInput = {
  TableName: TABLE_NAME,
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'due', AttributeType: 'S' },
    { AttributeName: 'dueAtMs', AttributeType: 'N' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: DUE_INDEX,
      KeySchema: [
        { AttributeName: 'due', KeyType: 'HASH' },
        { AttributeName: 'dueAtMs', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};

describe('in memory', () => {
  const one = fakeIncidentLog();
  suite(() => one);
});

/** What may become of the requests to the embedded cloud on their way. */
const WAYS: readonly { readonly where: string; readonly gate: Gate }[] = [
  { where: 'in the embedded cloud', gate: {} },
  { where: 'in the embedded cloud, where every fourth answer to a write is lost', gate: losingAnswers() },
  {
    where: 'in the embedded cloud, where everything is done twice',
    gate: { onRequest: (_, perform) => perform().then(perform) },
  },
];

describe.each(WAYS)('$where', ({ gate }) => {
  let client: DynamoDBDocumentClient;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const service = await createDynamoDb(createFakeKernel());
    const door = await openDoor({
      services: [service],
      roleOf: () => undefined,
      gate,
      log: () => undefined,
      clock: realClock(),
    });
    await service.resources?.[0]?.put({
      stack: 'state',
      logicalId: 'Table',
      suggestedName: TABLE_NAME,
      properties: { ...TABLE },
    });
    client = clientOf(door.endpoint);
    stop = async () => {
      await door.close();
      await service.stop?.();
    };
  });
  afterAll(async () => {
    client.destroy();
    await stop();
  });
  suite(() => dynamoIncidentLog(client, TABLE_NAME));
});

/**
 * The SDK sends a write again whose answer it does not get. Not every answer: a client that loses too many in a
 * row stops asking again.
 */
function losingAnswers(): Gate {
  let writes = 0;
  return {
    onRequest: async ({ operation }, perform) => {
      const answer = await perform();
      const isLost = /^(Put|Update)Item$/.test(operation) && (writes += 1) % 4 === 1;
      if (isLost) throw new ConnectionLost();
      return answer;
    },
  };
}

const hasJava = spawnSync('java', ['-version']).status === 0;
describe.skipIf(!hasJava)("in Amazon's DynamoDB Local (needs Java 17)", () => {
  let client: DynamoDBDocumentClient;
  let stop: () => void;
  beforeAll(async () => {
    const started = await startDynamoDbLocal();
    stop = started.stop;
    client = clientOf(started.endpoint);
    await client.send(new CreateTableCommand(TABLE));
  });
  afterAll(() => {
    client.destroy();
    stop();
  });
  suite(() => dynamoIncidentLog(client, TABLE_NAME));
});
