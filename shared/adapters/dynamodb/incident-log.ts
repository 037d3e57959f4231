import { randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { DUE_INDEX } from '../../contract/names.ts';
import { foldCommit } from '../../domain/incident/commit.ts';
import type { Commit } from '../../domain/incident/commit.ts';
import type { IncidentEvent } from '../../domain/incident/events.ts';
import { EMPTY_STATE } from '../../domain/incident/state.ts';
import type { SystemState } from '../../domain/incident/state.ts';
import type { DueCommit, IncidentLog, Receipts, StoredCommit } from '../../ports/incident-log.ts';

/** A snapshot after so many commits: a cold start reads at most as many. */
const SNAPSHOT_EVERY = 50;
/** The one partition of the sparse index. */
const DUE = 'due';

/**
 * The log in one DynamoDB table. Partition `system#<name>`; sort key `commit#<10 digits>` or `snapshot`.
 * Events and snapshots are gzipped JSON: a storm's labels compress tenfold, and an item holds 400 KB.
 * The state stays in memory between calls of a warm function; only the tail is read.
 */
export function dynamoIncidentLog(client: DynamoDBDocumentClient, tableName: string): IncidentLog {
  const warm = new Map<string, SystemState>();
  const table = { TableName: tableName };

  const load = async (system: string): Promise<SystemState> => {
    const known = warm.get(system) ?? (await readSnapshot(client, tableName, system));
    const tail = await readCommits(client, tableName, system, known.seq + 1, Infinity);
    const state = tail.reduce(foldCommit, known);
    warm.set(system, state);
    return state;
  };

  const append: IncidentLog['append'] = async (system, commit, after, dueAtMs) => {
    const writeId = randomUUID();
    try {
      await client.send(
        new PutCommand({
          ...table,
          Item: { ...commitItem(system, commit, dueAtMs), writeId },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // The SDK asks again when an answer is lost: what stands in our way may be our own commit.
      if (!(await isPutOf(client, tableName, system, commit.seq, writeId))) return false;
    }
    warm.set(system, after);
    if (commit.seq % SNAPSHOT_EVERY === 0) await putSnapshot(client, tableName, system, after);
    return true;
  };

  const confirm: IncidentLog['confirm'] = async (system, seq, receipts, dueAtMs) => {
    const entries = Object.entries(receipts);
    const sets = [
      ...entries.map((_, at) => `receipts.#r${String(at)} = :r${String(at)}`),
      ...(dueAtMs === undefined ? [] : ['due = :due', 'dueAtMs = :at']),
    ];
    const names = Object.fromEntries(entries.map(([order], at) => [`#r${String(at)}`, order]));
    const values = Object.fromEntries(entries.map(([, receipt], at) => [`:r${String(at)}`, receipt]));
    await client.send(
      new UpdateCommand({
        ...table,
        Key: { pk: partition(system), sk: commitKey(seq) },
        UpdateExpression: [
          sets.length > 0 ? `SET ${sets.join(', ')}` : '',
          dueAtMs === undefined ? 'REMOVE due, dueAtMs' : '',
        ]
          .join(' ')
          .trim(),
        ConditionExpression: 'attribute_exists(pk)',
        ...(entries.length === 0 ? {} : { ExpressionAttributeNames: names }),
        ...(sets.length === 0
          ? {}
          : {
              ExpressionAttributeValues: {
                ...values,
                ...(dueAtMs === undefined ? {} : { ':due': DUE, ':at': dueAtMs }),
              },
            }),
      }),
    );
  };

  const due: IncidentLog['due'] = async (nowMs, limit) => {
    const found = await client.send(
      new QueryCommand({
        ...table,
        IndexName: DUE_INDEX,
        KeyConditionExpression: 'due = :due AND dueAtMs <= :now',
        ExpressionAttributeValues: { ':due': DUE, ':now': nowMs },
        Limit: limit,
      }),
    );
    return (found.Items ?? []).map(dueCommit);
  };

  return {
    load,
    append,
    confirm,
    due,
    read: (system, fromSeq, toSeq) => readCommits(client, tableName, system, fromSeq, toSeq),
  };
}

async function readSnapshot(
  client: DynamoDBDocumentClient,
  tableName: string,
  system: string,
): Promise<SystemState> {
  const { Item } = await client.send(
    new GetCommand({
      TableName: tableName,
      Key: { pk: partition(system), sk: 'snapshot' },
      ConsistentRead: true,
    }),
  );
  return Item === undefined ? EMPTY_STATE : { ...EMPTY_STATE, ...(unpack(Item['body']) as SystemState) };
}

/** Whether a commit was written by this very put. */
async function isPutOf(
  client: DynamoDBDocumentClient,
  tableName: string,
  system: string,
  seq: number,
  writeId: string,
): Promise<boolean> {
  const { Item } = await client.send(
    new GetCommand({
      TableName: tableName,
      Key: { pk: partition(system), sk: commitKey(seq) },
      ProjectionExpression: 'writeId',
      ConsistentRead: true,
    }),
  );
  return Item?.['writeId'] === writeId;
}

/** A snapshot is a convenience: if it cannot be written, the commits are still there. */
async function putSnapshot(
  client: DynamoDBDocumentClient,
  tableName: string,
  system: string,
  state: SystemState,
): Promise<void> {
  const Item = { pk: partition(system), sk: 'snapshot', seq: state.seq, body: pack(state) };
  const put = new PutCommand({
    TableName: tableName,
    Item,
    ConditionExpression: 'attribute_not_exists(pk) OR seq < :seq',
    ExpressionAttributeValues: { ':seq': state.seq },
  });
  await client.send(put).catch(() => undefined);
}

async function readCommits(
  client: DynamoDBDocumentClient,
  tableName: string,
  system: string,
  fromSeq: number,
  toSeq: number,
): Promise<StoredCommit[]> {
  const commits: StoredCommit[] = [];
  // DynamoDB refuses a range that ends before it begins.
  if (toSeq < fromSeq) return commits;
  let from: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':pk': partition(system),
          ':from': commitKey(fromSeq),
          ':to': commitKey(Math.min(toSeq, MOST_COMMITS)),
        },
        ConsistentRead: true,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    commits.push(...(page.Items ?? []).map(storedCommit));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return commits;
}

const MOST_COMMITS = 9_999_999_999;

function partition(system: string): string {
  return `system#${system}`;
}

function commitKey(seq: number): string {
  return `commit#${String(seq).padStart(10, '0')}`;
}

function commitItem(
  system: string,
  { events, ...commit }: Commit,
  dueAtMs: number | undefined,
): Record<string, unknown> {
  return {
    pk: partition(system),
    sk: commitKey(commit.seq),
    ...commit,
    body: pack(events),
    receipts: {},
    ...(dueAtMs === undefined ? {} : { due: DUE, dueAtMs }),
  };
}

function storedCommit(item: Record<string, unknown>): StoredCommit {
  return {
    seq: Number(item['seq']),
    atMs: Number(item['atMs']),
    by: String(item['by']),
    catalogHash: String(item['catalogHash']),
    events: unpack(item['body']) as IncidentEvent[],
    receipts: (item['receipts'] ?? {}) as Receipts,
  };
}

function dueCommit(item: Record<string, unknown>): DueCommit {
  return {
    system: String(item['pk']).slice('system#'.length),
    seq: Number(String(item['sk']).slice('commit#'.length)),
  };
}

function pack(value: unknown): Uint8Array {
  return gzipSync(JSON.stringify(value), { level: 3 });
}

function unpack(body: unknown): unknown {
  return JSON.parse(gunzipSync(body as Uint8Array).toString('utf8'));
}
