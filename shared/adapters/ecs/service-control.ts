import type { Deployment, ECSClient, Service } from '@aws-sdk/client-ecs';
import { DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { ServiceControl, ServiceCounts, ServiceDeployment } from '../../ports/service-control.ts';

/**
 * Acts on ECS services, and counts their tasks.
 *
 * UpdateService knows no client token: a request whose answer was lost and that is sent again restarts twice.
 * Whoever asked looks for the new deployment instead before asking again.
 *
 * @param acting sends every request once (`maxAttempts: 1`); without it nothing can be restarted
 */
export function ecsServiceControl(client: ECSClient, acting?: ECSClient): ServiceControl & ServiceCounts {
  return {
    deployments: async (cluster, service) =>
      ((await describe(client, cluster, service)).deployments ?? []).map(deploymentOf),
    counts: async (cluster, service) => {
      const { runningCount = 0, desiredCount = 0 } = await describe(client, cluster, service);
      return { running: runningCount, desired: desiredCount };
    },
    restart: async (cluster, service) => {
      if (acting === undefined || (await acting.config.maxAttempts()) !== 1)
        throw new Error(`Restarting ${service} needs a client that sends once: give one with maxAttempts 1.`);
      const { service: updated } = await acting.send(
        new UpdateServiceCommand({ cluster, service, forceNewDeployment: true }),
      );
      const primary = updated?.deployments?.map(deploymentOf).find((deployment) => deployment.isPrimary);
      if (primary === undefined)
        throw new Error(`ECS took the restart of ${service} and names no primary deployment.`);
      return primary.id;
    },
  };
}

async function describe(client: ECSClient, cluster: string, service: string): Promise<Service> {
  const { services } = await client.send(new DescribeServicesCommand({ cluster, services: [service] }));
  const found = services?.[0];
  if (found !== undefined) return found;
  throw new Error(
    `ECS has no service ${service} in cluster ${cluster}. Check "ecs" of the service in homeostat.yaml.`,
  );
}

function deploymentOf({ id, status, rolloutState, createdAt }: Deployment): ServiceDeployment {
  return {
    id: id ?? '',
    isPrimary: status === 'PRIMARY',
    rollout: rolloutState === 'FAILED' || rolloutState === 'IN_PROGRESS' ? rolloutState : 'COMPLETED',
    createdAtMs: createdAt?.getTime() ?? 0,
  };
}
