import { expect, test } from 'vitest';
import { sweepExpired } from '../../../../local/dynamodb/sweep-expired.ts';
import { openTableStore } from '../../../../local/dynamodb/table-store.ts';

const NOW_S = 1_800_000_000;
const FIVE_YEARS_S = 5 * 365 * 24 * 60 * 60;

test.each([
  { expires: { N: String(NOW_S - 1) }, stays: false },
  { expires: { N: String(NOW_S) }, stays: false },
  { expires: { N: String(NOW_S + 1) }, stays: true },
  { expires: { N: String(NOW_S - FIVE_YEARS_S) }, stays: false },
  { expires: { N: String(NOW_S - FIVE_YEARS_S - 1) }, stays: true },
  { expires: { S: String(NOW_S - 1) }, stays: true },
  { expires: undefined, stays: true },
])('an item that expires at $expires stays: $stays', async ({ expires, stays }) => {
  const store = await openTableStore(undefined, { region: 'us-east-1', accountId: '123456789012' });
  const TableName = 'commits';
  await store.run('CreateTable', {
    TableName,
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'N' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
  await store.activate(TableName);
  const item = { pk: { S: 'a' }, sk: { N: '1' }, ...(expires === undefined ? {} : { ttl: expires }) };
  await store.run('PutItem', { TableName, Item: item });
  const expiry = { tableName: TableName, keyNames: ['pk', 'sk'], attribute: 'ttl' };
  expect(await sweepExpired(store, expiry, NOW_S)).toBe(stays ? 0 : 1);
  expect(await store.run('Scan', { TableName })).toMatchObject({ Count: stays ? 1 : 0 });
  await store.close();
});
