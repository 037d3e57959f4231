import * as z from 'zod';
import { AwsError, type Operation } from '../kernel/service.ts';
import type { StateTable } from '../kernel/state-store.ts';
import type { TableStore } from './table-store.ts';

/** A table that nobody deletes before its protection is taken off; kept by the table's name. */
export interface Protected {
  readonly tableName: string;
}

const Named = z.looseObject({ TableName: z.string() });
const Update = Named.extend({ DeletionProtectionEnabled: z.boolean().optional() });
const Description = z.object({ Table: z.looseObject({}) });

/** The three operations that deletion protection is part of; dynalite does not know it. */
export function protectedOperations(
  store: TableStore,
  protections: StateTable<Protected>,
): Record<'DeleteTable' | 'DescribeTable' | 'UpdateTable', Operation> {
  const describe = async (input: object): Promise<{ readonly Table: object }> => {
    const { Table } = Description.parse(await store.run('DescribeTable', input));
    const isProtected = protections.get(Named.parse(input).TableName) !== undefined;
    return { Table: { ...Table, DeletionProtectionEnabled: isProtected } };
  };
  return {
    DescribeTable: (input) => describe(z.looseObject({}).parse(input)),
    DeleteTable: async (input) => {
      const { TableName: tableName } = Named.parse(input);
      if (protections.get(tableName) !== undefined)
        throw new AwsError(
          'ValidationException',
          'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
        );
      return store.run('DeleteTable', Named.parse(input));
    },
    UpdateTable: async (input) => {
      const { DeletionProtectionEnabled: wanted, ...rest } = Update.parse(input);
      const { TableName: tableName, ...others } = rest;
      if (wanted === undefined) return store.run('UpdateTable', rest);
      await describe({ TableName: tableName });
      if (Object.keys(others).length > 0) await store.run('UpdateTable', rest);
      protect(protections, tableName, wanted);
      return { TableDescription: (await describe({ TableName: tableName })).Table };
    },
  };
}

/** Puts the protection on, or takes it off. */
export function protect(protections: StateTable<Protected>, tableName: string, isProtected: boolean): void {
  if (isProtected) protections.put(tableName, { tableName });
  else protections.delete(tableName);
}
