import { Duration, Stack } from 'aws-cdk-lib';
import { SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { FUNCTION_NAMES } from '../../shared/contract/names.ts';
import type { CompiledCatalog } from '../../shared/domain/catalog/compiled.ts';
import { everyMinute } from '../constructs/every-minute.ts';
import { OpsFunction } from '../constructs/ops-function.ts';
import type { OpsFunctionProps } from '../constructs/ops-function.ts';
import { findsTasks } from '../constructs/rights.ts';
import type { Deployment } from '../deployment.ts';

/** How series come in: once a minute `collect` begins, and sweeps on its own timer until the minute is over. */
export class CollectionStack extends Stack {
  constructor(scope: Construct, id: string, deployment: Deployment & { readonly table: TableV2 }) {
    super(scope, id, { description: 'Homeostat: collection of series' });
    const network = networkOf(this, deployment.catalog);
    const collect = new OpsFunction(this, 'Collect', {
      deployment,
      room: 'collect',
      functionName: FUNCTION_NAMES.collect,
      timeout: Duration.seconds(75),
      memoryMb: 512,
      environment: { TABLE_NAME: deployment.table.tableName },
      rights: [
        {
          why: 'holds the lease of the sweeps',
          actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
          resources: [deployment.table.tableArn],
        },
        // OTLP metrics are authorised as PutMetricData, which knows no resources.
        { why: 'sends series over OTLP', actions: ['cloudwatch:PutMetricData'], resources: ['*'] },
        ...findsTasks(this, deployment.catalog),
      ],
      alarm: { onErrors: 1, isScheduled: true },
      ...(network === undefined ? {} : { network }),
    });
    everyMinute(this, 'Schedule', collect.function);
  }
}

/** The network of the first system that names one: `collect` must reach the targets. */
function networkOf(scope: Construct, { systems }: CompiledCatalog): OpsFunctionProps['network'] {
  const network = Object.values(systems).find((system) => system.network !== undefined)?.network;
  if (network === undefined) return undefined;
  return {
    vpc: Vpc.fromVpcAttributes(scope, 'Vpc', {
      vpcId: network.vpcId,
      availabilityZones: network.subnetIds.map((_, at) => `zone-${String(at)}`),
      privateSubnetIds: [...network.subnetIds],
    }),
    subnets: network.subnetIds.map((subnetId) => Subnet.fromSubnetId(scope, subnetId, subnetId)),
    securityGroups: network.securityGroupIds.map((groupId) =>
      SecurityGroup.fromSecurityGroupId(scope, groupId, groupId),
    ),
  };
}
