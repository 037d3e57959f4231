import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { dynamoIncidentLog } from '../../shared/adapters/dynamodb/incident-log.ts';
import { TABLE_NAME } from '../../shared/contract/names.ts';
import { foldCommit } from '../../shared/domain/incident/commit.ts';
import type { Commit } from '../../shared/domain/incident/commit.ts';
import type { IncidentLog } from '../../shared/ports/incident-log.ts';
import { aCloud } from '../a-cloud.ts';
import type { ACloud } from '../a-cloud.ts';
import type { Bench } from '../figure.ts';
import { median, pairedRatio } from '../statistics.ts';

const ROUNDS = 10;
const A_ROUND = 200;
/** As in a batch of the queue. */
const EVENTS = 10;

/** Appends to one system's log, one after the other, in turn with bare puts of items as large. */
export const commits: Bench = {
  name: 'commits',
  what: 'commits a second into the log, beside bare conditional puts',
  run: async () => {
    const cloud = await aCloud();
    try {
      const rates = await measure(cloud);
      return [
        {
          what: `commits of ${String(EVENTS)} events, one after the other`,
          value: median(rates.commits),
          unit: '/s',
          beside: {
            what: 'bare conditional puts',
            value: median(rates.puts),
            ratio: pairedRatio(rates.commits, rates.puts),
          },
        },
      ];
    } finally {
      await cloud.stop();
    }
  },
};

async function measure({ settings }: ACloud): Promise<{ commits: number[]; puts: number[] }> {
  const dynamo = new DynamoDBClient(settings);
  const client = DynamoDBDocumentClient.from(dynamo);
  const log = dynamoIncidentLog(client, TABLE_NAME);
  const rates = { commits: [] as number[], puts: [] as number[] };
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      rates.commits.push(await rate(() => appendNext(log)));
      rates.puts.push(await rate((at) => putBare(client, `bench#${String(round)}`, at)));
    }
  } finally {
    dynamo.destroy();
  }
  return rates;
}

/** How many a second. */
async function rate(work: (at: number) => Promise<void>): Promise<number> {
  const startMs = performance.now();
  for (let at = 0; at < A_ROUND; at += 1) await work(at);
  return (1_000 * A_ROUND) / (performance.now() - startMs);
}

/** As `record` does: load what is new, fold, append under the condition. */
async function appendNext(log: IncidentLog): Promise<void> {
  const state = await log.load(SYSTEM);
  const commit = aCommit(state.seq + 1);
  const isWritten = await log.append(SYSTEM, commit, foldCommit(state, commit), undefined);
  if (!isWritten) throw new Error("Nobody else writes to the bench's log, and yet a commit was refused.");
}

const SYSTEM = 'bench';

function aCommit(seq: number): Commit {
  const events = Array.from({ length: EVENTS }, (_, at) => ({
    type: 'transition-seen' as const,
    key: `homeostat-bench-alarm{instance="10.0.${String(at)}.${String(seq % 10)}:8080"}`,
    value: seq % 2 === 0 ? ('OK' as const) : ('ALARM' as const),
    atMs: seq * 1_000,
  }));
  return { seq, atMs: seq * 1_000, by: 'bench', catalogHash: '0123456789abcdef', events };
}

/** About what a packed commit of {@link EVENTS} events weighs. */
const BODY = new Uint8Array(250).fill(7);

async function putBare(client: DynamoDBDocumentClient, pk: string, at: number): Promise<void> {
  const put = new PutCommand({
    TableName: TABLE_NAME,
    Item: { pk, sk: String(at), body: BODY },
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  await client.send(put).catch((error: unknown) => {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  });
}
