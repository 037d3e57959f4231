import { expect, test } from 'vitest';
import { DUE_INDEX, TABLE_NAME } from '../../shared/contract/names.ts';
import { theFleet } from './fleet-catalog.ts';
import { synthesized } from './synthesized.ts';

const table = synthesized(theFleet()).one('AWS::DynamoDB::GlobalTable');
const replicas = table.properties['Replicas'] as Record<string, unknown>[];

test('all state is in one table of a known name, paid by use', () => {
  expect(table.properties).toMatchObject({
    TableName: TABLE_NAME,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  });
  expect(replicas.map(({ Region }) => Region)).toEqual(['eu-west-1']);
});

test('what is due is found by an index over due and dueAtMs alone: items without them are not in it', () => {
  expect(table.properties['GlobalSecondaryIndexes']).toEqual([
    {
      IndexName: DUE_INDEX,
      KeySchema: [
        { AttributeName: 'due', KeyType: 'HASH' },
        { AttributeName: 'dueAtMs', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ]);
  expect(table.properties['AttributeDefinitions']).toContainEqual({
    AttributeName: 'dueAtMs',
    AttributeType: 'N',
  });
});

test('the table is encrypted and can be restored to any second of the last weeks', () => {
  expect(table.properties['SSESpecification']).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
  expect(replicas[0]?.['PointInTimeRecoverySpecification']).toEqual({ PointInTimeRecoveryEnabled: true });
});

test('the table outlives its stack and cannot be deleted by mistake', () => {
  expect(table.deletionPolicy).toBe('Retain');
  expect(replicas[0]?.['DeletionProtectionEnabled']).toBe(true);
});
