import * as z from 'zod';
import type { Kernel } from '../kernel/kernel.ts';
import { AwsError, type DeclaredResource, type DeployedResource } from '../kernel/service.ts';
import type { StateTable } from '../kernel/state-store.ts';
import { DeclaredTable, describeKeys, isDeclaredProtected } from './declared-table.ts';
import { protect, type Protected } from './deletion-protection.ts';
import type { Expiry } from './sweep-expired.ts';
import type { TableStore } from './table-store.ts';

const Description = z.object({ Table: z.looseObject({ TableStatus: z.string() }) });
const Names = z.object({ TableNames: z.array(z.string()), LastEvaluatedTableName: z.string().optional() });

interface Around {
  readonly kernel: Pick<Kernel, 'region' | 'accountId'>;
  readonly expiries: StateTable<Expiry>;
  readonly protections: StateTable<Protected>;
}

/**
 * Makes a table if it is not there, and keeps its items if it is.
 *
 * @throws Error if the table is there with other keys or indexes: they cannot be changed under the items
 */
export async function putTable(
  store: TableStore,
  { properties, suggestedName }: DeclaredResource,
  { kernel: { region, accountId }, expiries, protections }: Around,
): Promise<DeployedResource> {
  const declared = DeclaredTable.parse(properties);
  const tableName = declared.TableName ?? suggestedName;
  const existing = await findTable(store, tableName);
  if (existing === undefined) await createTable(store, tableName, declared);
  else refuseOtherKeys(tableName, DeclaredTable.parse(existing), declared);
  const { AttributeName: attribute, Enabled: isEnabled } = declared.TimeToLiveSpecification ?? {
    Enabled: false,
  };
  const keyNames = declared.KeySchema.map((key) => key.AttributeName);
  if (isEnabled && attribute !== undefined) expiries.put(tableName, { tableName, keyNames, attribute });
  else expiries.delete(tableName);
  protect(protections, tableName, isDeclaredProtected(declared));
  return {
    ref: tableName,
    attributes: { Arn: `arn:aws:dynamodb:${region}:${accountId}:table/${tableName}` },
  };
}

/**
 * Finishes what a kill left half done. dynalite makes and deletes tables in two steps with a timer between
 * them, and the timer is gone.
 */
export async function finishInterrupted(store: TableStore): Promise<void> {
  for (const TableName of await tableNames(store)) {
    const table = await findTable(store, TableName);
    if (table?.TableStatus === 'CREATING') await store.activate(TableName);
    if (table?.TableStatus === 'DELETING') await store.run('DeleteTable', { TableName });
  }
}

async function tableNames(store: TableStore): Promise<string[]> {
  const names: string[] = [];
  let last: string | undefined;
  do {
    const from = last === undefined ? {} : { ExclusiveStartTableName: last };
    const page = Names.parse(await store.run('ListTables', from));
    names.push(...page.TableNames);
    last = page.LastEvaluatedTableName;
  } while (last !== undefined);
  return names;
}

async function findTable(store: TableStore, TableName: string) {
  try {
    return Description.parse(await store.run('DescribeTable', { TableName })).Table;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

async function createTable(store: TableStore, tableName: string, declared: DeclaredTable): Promise<void> {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes } = declared;
  await store.run('CreateTable', {
    TableName: tableName,
    KeySchema,
    AttributeDefinitions,
    ...(GlobalSecondaryIndexes === undefined ? {} : { GlobalSecondaryIndexes }),
    ...(LocalSecondaryIndexes === undefined ? {} : { LocalSecondaryIndexes }),
    // Capacity is not metered here.
    BillingMode: 'PAY_PER_REQUEST',
  });
  await store.activate(tableName);
}

function refuseOtherKeys(tableName: string, existing: DeclaredTable, declared: DeclaredTable): void {
  const [found, expected] = [describeKeys(existing), describeKeys(declared)];
  if (found === expected) return;
  throw new Error(
    `The table "${tableName}" is already there with other keys.\n  There: ${found}\n  Declared: ${expected}\n` +
      'Give the table another name, or start with --fresh, which forgets all state.',
  );
}
