import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { DUE_INDEX, TABLE_NAME } from '../../shared/contract/names.ts';

/** The memory: one table with the logs of all systems, leases, and the index of what is due. */
export class StateStack extends Stack {
  readonly table: TableV2;

  constructor(scope: Construct, id: string) {
    super(scope, id, { description: 'Homeostat: the state of all systems' });
    this.table = new TableV2(this, 'Table', {
      tableName: TABLE_NAME,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      globalSecondaryIndexes: [
        {
          indexName: DUE_INDEX,
          partitionKey: { name: 'due', type: AttributeType.STRING },
          sortKey: { name: 'dueAtMs', type: AttributeType.NUMBER },
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
    });
  }
}
