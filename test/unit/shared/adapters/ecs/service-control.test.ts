import { ECSClient } from '@aws-sdk/client-ecs';
import { expect, onTestFinished, test } from 'vitest';
import { openDoor } from '../../../../../local/door/door.ts';
import { ConnectionLost, type Gate } from '../../../../../local/kernel/gate.ts';
import { realClock } from '../../../../../local/kernel/real-clock.ts';
import { ecsServiceControl } from '../../../../../shared/adapters/ecs/service-control.ts';

/** An ECS that restarts one service; `gate` decides what becomes of the answers. */
async function anEcs(gate: Gate) {
  const clock = realClock();
  const ids = ['ecs-svc/1'];
  const deployments = () =>
    ids.map((id, at) => ({ id, status: at === ids.length - 1 ? 'PRIMARY' : 'ACTIVE' })).toReversed();
  const ecs = {
    name: 'ecs',
    rpc: {
      targetPrefix: 'AmazonEC2ContainerServiceV20141113',
      jsonVersion: '1.1' as const,
      operations: {
        DescribeServices: () => ({ services: [{ deployments: deployments() }] }),
        UpdateService: () => {
          ids.push(`ecs-svc/${String(ids.length + 1)}`);
          return { service: { deployments: deployments() } };
        },
      },
    },
  };
  const door = await openDoor({ services: [ecs], roleOf: () => 'role', gate, log: () => undefined, clock });
  onTestFinished(async () => {
    await door.close();
    clock.stop();
  });
  const client = (maxAttempts: number) =>
    new ECSClient({
      endpoint: door.endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts,
    });
  return { client, ids };
}

/** Loses the first so many answers of an operation, after it was carried out. */
function losing(operation: string, count: number): Gate {
  let left = count;
  return {
    onRequest: async (passage, perform) => {
      const answer = await perform();
      if (passage.operation !== operation || left === 0) return answer;
      left -= 1;
      throw new ConnectionLost();
    },
  };
}

test('a restart whose answer is lost is not asked for again: who asked finds its deployment', async () => {
  const { client, ids } = await anEcs(losing('UpdateService', 1));
  const services = ecsServiceControl(client(3), client(1));
  await expect(services.restart('shop', 'inventory')).rejects.toThrow();
  expect(ids).toEqual(['ecs-svc/1', 'ecs-svc/2']);
  expect((await services.deployments('shop', 'inventory'))[0]).toMatchObject({
    id: 'ecs-svc/2',
    isPrimary: true,
  });
});

test('looking is asked for again', async () => {
  const { client } = await anEcs(losing('DescribeServices', 1));
  const services = ecsServiceControl(client(3), client(1));
  expect((await services.deployments('shop', 'inventory')).map(({ id }) => id)).toEqual(['ecs-svc/1']);
});

test('with a client that might ask twice, or none, nothing is restarted', async () => {
  const { client, ids } = await anEcs({});
  for (const acting of [client(2), undefined])
    await expect(ecsServiceControl(client(3), acting).restart('shop', 'inventory')).rejects.toThrow(
      'maxAttempts 1',
    );
  expect(ids).toEqual(['ecs-svc/1']);
});
