import * as z from 'zod';
import type { Kernel } from '../kernel/kernel.ts';
import type { NeedsByOperation } from '../kernel/need.ts';

const OnTable = z.looseObject({ TableName: z.string(), IndexName: z.string().optional() });
const ManyTables = z.looseObject({ RequestItems: z.record(z.string(), z.unknown()) });
const OnArn = z.looseObject({ ResourceArn: z.string() });

/**
 * What each operation needs: its own action on the table, on the index where one is read.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function dynamoDbNeeds({ region, accountId }: Pick<Kernel, 'region' | 'accountId'>): NeedsByOperation {
  // A table may be named by its ARN.
  const arnOf = (table: string): string =>
    table.startsWith('arn:') ? table : `arn:aws:dynamodb:${region}:${accountId}:table/${table}`;
  const onTable = (action: string) => (input: unknown) => [
    { action: `dynamodb:${action}`, resource: arnOf(OnTable.parse(input).TableName) },
  ];
  const onTableOrIndex = (action: string) => (input: unknown) => {
    const { TableName: table, IndexName: index } = OnTable.parse(input);
    const resource = index === undefined ? arnOf(table) : `${arnOf(table)}/index/${index}`;
    return [{ action: `dynamodb:${action}`, resource }];
  };
  const onManyTables = (action: string) => (input: unknown) =>
    Object.keys(ManyTables.parse(input).RequestItems).map((table) => ({
      action: `dynamodb:${action}`,
      resource: arnOf(table),
    }));
  const onArn = (action: string) => (input: unknown) => [
    { action: `dynamodb:${action}`, resource: OnArn.parse(input).ResourceArn },
  ];
  return {
    BatchGetItem: onManyTables('BatchGetItem'),
    BatchWriteItem: onManyTables('BatchWriteItem'),
    CreateTable: onTable('CreateTable'),
    DeleteItem: onTable('DeleteItem'),
    DeleteTable: onTable('DeleteTable'),
    DescribeTable: onTable('DescribeTable'),
    DescribeTimeToLive: onTable('DescribeTimeToLive'),
    GetItem: onTable('GetItem'),
    ListTables: () => [{ action: 'dynamodb:ListTables', resource: '*' }],
    ListTagsOfResource: onArn('ListTagsOfResource'),
    PutItem: onTable('PutItem'),
    Query: onTableOrIndex('Query'),
    Scan: onTableOrIndex('Scan'),
    TagResource: onArn('TagResource'),
    UntagResource: onArn('UntagResource'),
    UpdateItem: onTable('UpdateItem'),
    UpdateTable: onTable('UpdateTable'),
  };
}
