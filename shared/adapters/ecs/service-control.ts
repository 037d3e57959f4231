import type { Deployment, ECSClient } from '@aws-sdk/client-ecs';
import { DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { ServiceControl, ServiceDeployment } from '../../ports/service-control.ts';

/** Acts on ECS services. */
export function ecsServiceControl(client: ECSClient): ServiceControl {
  return {
    deployments: async (cluster, service) => {
      const { services } = await client.send(new DescribeServicesCommand({ cluster, services: [service] }));
      const found = services?.[0];
      if (found === undefined)
        throw new Error(
          `ECS has no service ${service} in cluster ${cluster}. Check "ecs" of the service in homeostat.yaml.`,
        );
      return (found.deployments ?? []).map(deploymentOf);
    },
    restart: async (cluster, service) => {
      const { service: updated } = await client.send(
        new UpdateServiceCommand({ cluster, service, forceNewDeployment: true }),
      );
      const primary = updated?.deployments?.map(deploymentOf).find((deployment) => deployment.isPrimary);
      if (primary === undefined)
        throw new Error(`ECS took the restart of ${service} and names no primary deployment.`);
      return primary.id;
    },
  };
}

function deploymentOf({ id, status, rolloutState, createdAt }: Deployment): ServiceDeployment {
  return {
    id: id ?? '',
    isPrimary: status === 'PRIMARY',
    rollout: rolloutState === 'FAILED' || rolloutState === 'IN_PROGRESS' ? rolloutState : 'COMPLETED',
    createdAtMs: createdAt?.getTime() ?? 0,
  };
}
