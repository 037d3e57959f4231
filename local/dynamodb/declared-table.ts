import * as z from 'zod';

const KeySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }));

const Index = z.object({
  IndexName: z.string(),
  KeySchema,
  Projection: z.object({ ProjectionType: z.string(), NonKeyAttributes: z.array(z.string()).optional() }),
});

// A template may carry "true" as text.
const Flag = z.union([z.boolean(), z.stringbool()]);

/** What of `AWS::DynamoDB::Table` and `GlobalTable` shapes a table here. The rest (encryption, backups) is accepted. */
export const DeclaredTable = z.object({
  TableName: z.string().optional(),
  KeySchema,
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  GlobalSecondaryIndexes: z.array(Index).optional(),
  LocalSecondaryIndexes: z.array(Index).optional(),
  ResourcePolicy: z
    .undefined({ error: 'policies of tables are not evaluated locally; use policies of roles' })
    .optional(),
  TimeToLiveSpecification: z
    .object({
      AttributeName: z.string().optional(),
      Enabled: Flag,
    })
    .optional(),
  DeletionProtectionEnabled: Flag.optional(),
  Replicas: z.array(z.object({ DeletionProtectionEnabled: Flag.optional() })).optional(),
});
export type DeclaredTable = z.infer<typeof DeclaredTable>;

/** A global table says it of each replica; there is one here. */
export function isDeclaredProtected({ DeletionProtectionEnabled, Replicas = [] }: DeclaredTable): boolean {
  return DeletionProtectionEnabled ?? Replicas.some((replica) => replica.DeletionProtectionEnabled === true);
}

/**
 * Says in one line what makes two tables the same: keys with their types, and indexes with keys and
 * projection. The order of indexes and attributes does not matter.
 */
export function describeKeys(table: DeclaredTable): string {
  const typeOf = new Map(table.AttributeDefinitions.map((one) => [one.AttributeName, one.AttributeType]));
  const keys = (schema: z.infer<typeof KeySchema>) =>
    schema
      .map(({ AttributeName: name, KeyType: kind }) => `${name} (${kind}, ${typeOf.get(name) ?? '?'})`)
      .join(' + ');
  const index = (kind: string) => (one: z.infer<typeof Index>) => {
    const { ProjectionType: projection, NonKeyAttributes: attributes = [] } = one.Projection;
    const projected = [projection, ...attributes.toSorted()].join(' ');
    return `${kind} index ${one.IndexName}: ${keys(one.KeySchema)}, projecting ${projected}`;
  };
  const indexes = [
    ...(table.GlobalSecondaryIndexes ?? []).map(index('global')),
    ...(table.LocalSecondaryIndexes ?? []).map(index('local')),
  ];
  return [keys(table.KeySchema), ...indexes.sort()].join('; ');
}
