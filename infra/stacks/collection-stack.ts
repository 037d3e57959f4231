import { createHash } from 'node:crypto';
import { Duration, Stack } from 'aws-cdk-lib';
import { SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { MEMORY_MB } from '../../shared/contract/function-sizes.ts';
import { FUNCTION_NAMES } from '../../shared/contract/names.ts';
import type { CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
import { everyMinute } from '../constructs/every-minute.ts';
import { OpsFunction } from '../constructs/ops-function.ts';
import type { OpsFunctionProps } from '../constructs/ops-function.ts';
import { findsTasks } from '../constructs/rights.ts';
import type { Deployment } from '../deployment.ts';

/**
 * How series come in: once a minute `collect` begins, and sweeps on its own timer until the next one
 * does. Systems in the same network share a function; each network has its own.
 */
export class CollectionStack extends Stack {
  constructor(scope: Construct, id: string, deployment: Deployment & { readonly table: TableV2 }) {
    super(scope, id, { description: 'Homeostat: collection of series' });
    const systems = Object.values(deployment.catalog.systems);
    for (const some of Map.groupBy(systems, ({ network }) => suffixOf(network)).values())
      this.#collect(some, deployment);
  }

  #collect(systems: readonly CompiledSystem[], deployment: Deployment & { readonly table: TableV2 }): void {
    const suffix = suffixOf(systems[0]?.network);
    const network = networkOf(this, suffix, systems[0]?.network);
    const collect = new OpsFunction(this, `Collect${suffix}`, {
      deployment,
      room: 'collect',
      functionName: `${FUNCTION_NAMES.collect}${suffix}`,
      timeout: Duration.seconds(90),
      memoryMb: MEMORY_MB.collect,
      environment: { TABLE_NAME: deployment.table.tableName },
      rights: [
        {
          why: 'holds the lease of the sweeps',
          actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
          resources: [deployment.table.tableArn],
        },
        {
          why: 'sends series over OTLP',
          actions: ['cloudwatch:PutMetricData'],
          resources: ['*'],
          wildcard: 'series have no ARN; what comes in over OTLP is authorised as this',
        },
        ...findsTasks(this, systems),
      ],
      alarm: { onErrors: 1, isScheduled: true },
      lostRun: 'samples of a minute that is over are of no use; the next run collects new ones',
      ...(network === undefined ? {} : { network }),
    });
    everyMinute(this, `Schedule${suffix}`, collect.function, {
      systems: systems.map(({ system }) => system),
    });
  }
}

/** Nothing outside of networks; else it follows from the network alone, so that no function changes its network. */
function suffixOf(network: CompiledSystem['network']): string {
  if (network === undefined) return '';
  const { vpcId, subnetIds, securityGroupIds } = network;
  const text = JSON.stringify([vpcId, subnetIds.toSorted(), securityGroupIds.toSorted()]);
  return `-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}

function networkOf(
  scope: Construct,
  suffix: string,
  network: CompiledSystem['network'],
): OpsFunctionProps['network'] {
  if (network === undefined) return undefined;
  const { vpcId, subnetIds, securityGroupIds } = network;
  return {
    // Zones are not looked up, so that synth needs no account; nothing here depends on their names.
    vpc: Vpc.fromVpcAttributes(scope, `Vpc${suffix}`, {
      vpcId,
      availabilityZones: subnetIds.map((_, zone) => `zone-${String(zone)}`),
      privateSubnetIds: [...subnetIds],
    }),
    subnets: subnetIds.map((subnetId) => Subnet.fromSubnetId(scope, `${subnetId}${suffix}`, subnetId)),
    securityGroups: securityGroupIds.map((groupId) =>
      SecurityGroup.fromSecurityGroupId(scope, `${groupId}${suffix}`, groupId),
    ),
  };
}
