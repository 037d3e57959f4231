import { describe, expect, test } from 'vitest';
import { createEcs, type Ecs } from '../../../../local/ecs/ecs.ts';
import type { ServiceDefinition } from '../../../../local/ecs/records.ts';
import type { TaskEnd, TaskProcess, TaskSpec } from '../../../../local/ecs/task-process.ts';
import type { Machine } from '../../../../local/ecs/task-run.ts';
import { createFakeKernel, type FakeKernel } from '../../../fakes/fake-kernel.ts';

const CHECKOUT: ServiceDefinition = {
  cluster: 'shop',
  service: 'checkout',
  command: ['node', 'service.ts'],
  cwd: '/',
  environment: { COLOR: 'blue' },
  port: 8080,
  desiredCount: 1,
};
const SERVICE_ARN = 'arn:aws:ecs:us-east-1:123456789012:service/shop/checkout';

interface FakeProcess extends TaskProcess {
  readonly spec: TaskSpec;
  readonly signals: string[];
  readonly end: (end: TaskEnd) => void;
}

/** A machine whose processes take connections at once and end on any signal, unless a test says otherwise. */
class FakeMachine implements Machine {
  readonly processes: FakeProcess[] = [];
  isUp = (_port: number): boolean => true;
  endsOn = (_signal: string): boolean => true;
  serving: () => readonly number[] = () => [];
  #nextPort = 50_000;

  readonly launch = (spec: TaskSpec): TaskProcess => {
    let end: (end: TaskEnd) => void = () => undefined;
    const ended = new Promise<TaskEnd>((resolve) => {
      end = resolve;
    });
    const signals: string[] = [];
    const process: FakeProcess = {
      spec,
      signals,
      ended,
      end,
      pid: () => 1_000 + this.processes.indexOf(process),
      signal: (signal) => {
        signals.push(signal);
        if (this.endsOn(signal)) end({ exitCode: signal === 'SIGKILL' ? 137 : 0 });
      },
    };
    this.processes.push(process);
    return process;
  };
  readonly findFreePort = async () => (this.#nextPort += 1);
  readonly acceptsConnections = async (port: number) => this.isUp(port);
  readonly openLoadBalancer = async (_port: number, targets: () => readonly number[]) => {
    this.serving = targets;
    return { close: async () => undefined };
  };
}

async function start(
  kernel: FakeKernel,
  machine: FakeMachine,
  over: Partial<ServiceDefinition> = {},
): Promise<Ecs> {
  const ecs = createEcs(kernel, { machine });
  await ecs.defineService({ ...CHECKOUT, ...over });
  await ecs.start?.();
  await kernel.clock.advance(100);
  return ecs;
}

interface Described {
  readonly services: {
    readonly runningCount: number;
    readonly desiredCount: number;
    readonly deployments: {
      readonly id: string;
      readonly status: string;
      readonly rolloutState: string;
      readonly failedTasks: number;
    }[];
    readonly events: { readonly message: string }[];
  }[];
}

async function call<T>(ecs: Ecs, operation: string, input: object = {}): Promise<T> {
  const output = await ecs.rpc?.operations[operation]?.(
    { cluster: 'shop', ...input },
    { principal: 'owner', requestId: 'r' },
  );
  return output as T;
}

async function describeService(ecs: Ecs) {
  const { services } = await call<Described>(ecs, 'DescribeServices', { services: ['checkout'] });
  const [service] = services;
  if (service === undefined) throw new Error('no service');
  return service;
}

const deploymentsOf = async (ecs: Ecs) =>
  (await describeService(ecs)).deployments.map(({ status, rolloutState }) => `${status} ${rolloutState}`);

const told = (kernel: FakeKernel, detailType: string) =>
  kernel.events.filter((event) => event.detailType === detailType);

const restart = (ecs: Ecs) => call(ecs, 'UpdateService', { service: 'checkout', forceNewDeployment: true });

describe('a service', () => {
  test('comes up: a task with an identity and a port of its own', async () => {
    const kernel = createFakeKernel();
    const machine = new FakeMachine();
    const ecs = await start(kernel, machine);
    const { deployments, events, ...service } = await describeService(ecs);
    expect(service).toMatchObject({
      serviceArn: SERVICE_ARN,
      desiredCount: 1,
      runningCount: 1,
      pendingCount: 0,
    });
    expect(deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 1, failedTasks: 0 },
    ]);
    expect(events.map(({ message }) => message)[0]).toBe('(service checkout) has reached a steady state.');
    expect(machine.processes.map(({ spec }) => spec)).toMatchObject([
      {
        command: ['node', 'service.ts'],
        environment: {
          COLOR: 'blue',
          HOST: '127.0.0.1',
          PORT: '50001',
          ECS_CLUSTER: 'shop',
          ECS_SERVICE: 'checkout',
          ECS_TASK_ID: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
          ECS_DEPLOYMENT_ID: deployments[0]?.id,
        },
      },
    ]);
    expect(machine.serving()).toEqual([50_001]);
  });

  test('tasks are listed and described with address and port', async () => {
    const ecs = await start(createFakeKernel(), new FakeMachine());
    const { taskArns } = await call<{ taskArns: string[] }>(ecs, 'ListTasks', { serviceName: SERVICE_ARN });
    expect(await call(ecs, 'DescribeTasks', { tasks: [...taskArns, 'gone'] })).toMatchObject({
      tasks: [
        {
          taskArn: taskArns[0],
          lastStatus: 'RUNNING',
          group: 'service:checkout',
          startedAt: expect.any(Date) as Date,
          attachments: [
            {
              type: 'ElasticNetworkInterface',
              details: [{ name: 'privateIPv4Address', value: '127.0.0.1' }],
            },
          ],
          containers: [
            {
              name: 'checkout',
              runtimeId: '1000',
              networkBindings: [{ containerPort: 8080, hostPort: 50_001, bindIP: '127.0.0.1' }],
            },
          ],
        },
      ],
      failures: [{ reason: 'MISSING' }],
    });
    expect(await call(ecs, 'ListTasks', { desiredStatus: 'STOPPED' })).toEqual({ taskArns: [] });
  });

  test('without a port counts as running when its process is there', async () => {
    const kernel = createFakeKernel();
    const machine = new FakeMachine();
    const ecs = createEcs(kernel, { machine });
    const { port: _port, ...shopper } = CHECKOUT;
    await ecs.defineService(shopper);
    await ecs.start?.();
    await kernel.clock.advance(100);
    expect((await describeService(ecs)).runningCount).toBe(1);
    expect(machine.processes[0]?.spec.environment).not.toHaveProperty('PORT');
  });

  test('may not be defined twice', async () => {
    const ecs = createEcs(createFakeKernel(), { machine: new FakeMachine() });
    await ecs.defineService(CHECKOUT);
    await expect(ecs.defineService(CHECKOUT)).rejects.toThrow('shop/checkout is defined twice');
  });
});

describe('supervision', () => {
  test('a task that ends is replaced by a new one, after waits of 1, 2, 4, 8, 10, 10 s', async () => {
    const kernel = createFakeKernel();
    const machine = new FakeMachine();
    const ecs = await start(kernel, machine);
    machine.isUp = () => false;
    const waits: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const before = kernel.clock.nowMs();
      const count = machine.processes.length;
      machine.processes.at(-1)?.end({ exitCode: 70 });
      while (machine.processes.length === count) await kernel.clock.advance(100);
      waits.push(kernel.clock.nowMs() - before);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    machine.isUp = () => true;
    await kernel.clock.advance(100);
    expect((await describeService(ecs)).runningCount).toBe(1);
    // The deployment was through before; crashes later do not undo that.
    expect(await deploymentsOf(ecs)).toEqual(['PRIMARY COMPLETED']);
    expect(told(kernel, 'ECS Service Action').map(({ detail }) => detail['eventName'])).toEqual([
      'SERVICE_STEADY_STATE',
      'SERVICE_TASK_START_IMPAIRED',
      'SERVICE_STEADY_STATE',
    ]);
  });

  test('the wait begins anew after a task that ran for ten seconds', async () => {
    const kernel = createFakeKernel();
    const machine = new FakeMachine();
    await start(kernel, machine);
    for (let round = 1; round <= 3; round += 1) {
      await kernel.clock.advance(10_100);
      machine.processes.at(-1)?.end({ exitCode: 1 });
      await kernel.clock.advance(1_000);
      expect(machine.processes).toHaveLength(round + 1);
    }
  });

  test('a stopped task tells why', async () => {
    const kernel = createFakeKernel();
    const machine = new FakeMachine();
    const ecs = await start(kernel, machine);
    machine.processes[0]?.end({ exitCode: 70 });
    await kernel.clock.advance(0);
    const { taskArns } = await call<{ taskArns: string[] }>(ecs, 'ListTasks', { desiredStatus: 'STOPPED' });
    expect(await call(ecs, 'DescribeTasks', { tasks: taskArns })).toMatchObject({
      tasks: [
        {
          lastStatus: 'STOPPED',
          stopCode: 'EssentialContainerExited',
          stoppedReason: 'Essential container in task exited',
          containers: [{ exitCode: 70 }],
        },
      ],
    });
    expect(machine.serving()).toEqual([]);
  });

  test('StopTask: SIGTERM, SIGKILL after the time-out, and a new task at once', async () => {
    const kernel = createFakeKernel();
    const machine = new FakeMachine();
    machine.endsOn = (signal) => signal === 'SIGKILL';
    const ecs = await start(kernel, machine);
    const { taskArns } = await call<{ taskArns: string[] }>(ecs, 'ListTasks');
    const task = taskArns[0] ?? '';
    expect(await call(ecs, 'StopTask', { task, reason: 'drill' })).toMatchObject({
      task: { lastStatus: 'STOPPING', stopCode: 'UserInitiated', stoppedReason: 'drill' },
    });
    await kernel.clock.advance(100);
    expect(machine.processes).toHaveLength(2);
    expect(machine.serving()).toEqual([50_002]);
    await kernel.clock.advance(4_899);
    expect(machine.processes[0]?.signals).toEqual(['SIGTERM']);
    await kernel.clock.advance(1);
    expect(machine.processes[0]?.signals).toEqual(['SIGTERM', 'SIGKILL']);
    await kernel.clock.advance(0);
    expect(await call(ecs, 'DescribeTasks', { tasks: [task] })).toMatchObject({
      tasks: [{ lastStatus: 'STOPPED' }],
    });
  });

  test('the number can be changed; that is no new deployment', async () => {
    const kernel = createFakeKernel();
    const ecs = await start(kernel, new FakeMachine());
    const before = await describeService(ecs);
    await call(ecs, 'UpdateService', { service: 'checkout', desiredCount: 3 });
    await kernel.clock.advance(100);
    const after = await describeService(ecs);
    expect(after).toMatchObject({ desiredCount: 3, runningCount: 3 });
    expect(after.deployments.map(({ id }) => id)).toEqual(before.deployments.map(({ id }) => id));
    await call(ecs, 'UpdateService', { service: 'checkout', desiredCount: 0 });
    await kernel.clock.advance(0);
    expect(await describeService(ecs)).toMatchObject({ desiredCount: 0, runningCount: 0 });
  });
});

describe('a new deployment', () => {
  test('new tasks run before old ones are stopped', async () => {
    const kernel = createFakeKernel();
    const machine = new FakeMachine();
    const ecs = await start(kernel, machine);
    machine.isUp = (port) => port === 50_001;
    expect(await restart(ecs)).toMatchObject({
      service: { deployments: [{ status: 'PRIMARY' }, { status: 'ACTIVE' }] },
    });
    await kernel.clock.advance(5_000);
    expect(await deploymentsOf(ecs)).toEqual(['PRIMARY IN_PROGRESS', 'ACTIVE COMPLETED']);
    expect(machine.serving()).toEqual([50_001]);
    expect(machine.processes[0]?.signals).toEqual([]);

    machine.endsOn = () => false;
    machine.isUp = () => true;
    await kernel.clock.advance(100);
    expect(machine.serving()).toEqual([50_002]);
    expect(machine.processes[0]?.signals).toEqual(['SIGTERM']);
    expect(await deploymentsOf(ecs)).toEqual(['PRIMARY IN_PROGRESS', 'ACTIVE COMPLETED']);

    machine.processes[0]?.end({ exitCode: 0 });
    await kernel.clock.advance(0);
    expect(await deploymentsOf(ecs)).toEqual(['PRIMARY COMPLETED']);
    const ids = machine.processes.map(({ spec }) => spec.environment['ECS_DEPLOYMENT_ID']);
    expect(new Set(ids).size).toBe(2);
  });

  test('is told on the bus', async () => {
    const kernel = createFakeKernel();
    const ecs = await start(kernel, new FakeMachine());
    await restart(ecs);
    await kernel.clock.advance(200);
    const [, , begun, done] = told(kernel, 'ECS Deployment State Change');
    expect([begun?.detail, done?.detail]).toMatchObject([
      { eventType: 'INFO', eventName: 'SERVICE_DEPLOYMENT_IN_PROGRESS' },
      {
        eventType: 'INFO',
        eventName: 'SERVICE_DEPLOYMENT_COMPLETED',
        reason: `ECS deployment ${String(begun?.detail['deploymentId'])} completed.`,
      },
    ]);
    expect(done?.resources).toEqual([SERVICE_ARN]);
    const tasks = told(kernel, 'ECS Task State Change').map(({ detail }) => detail);
    expect(tasks.at(-1)).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'ServiceSchedulerInitiated',
      createdAt: '2026-03-01T00:00:00.000Z',
      clusterArn: 'arn:aws:ecs:us-east-1:123456789012:cluster/shop',
    });
  });

  test('whose tasks do not start is marked failed; the old tasks stay; it comes back when the cause is gone', async () => {
    const kernel = createFakeKernel();
    const machine = new FakeMachine();
    const ecs = await start(kernel, machine);
    machine.isUp = (port) => port === 50_001;
    await restart(ecs);
    for (let round = 0; round < 3; round += 1) {
      await kernel.clock.advance(1_000 * 2 ** round);
      machine.processes.at(-1)?.end({ exitCode: 1 });
      await kernel.clock.advance(0);
    }
    expect(await deploymentsOf(ecs)).toEqual(['PRIMARY FAILED', 'ACTIVE COMPLETED']);
    expect((await describeService(ecs)).deployments[0]?.failedTasks).toBe(3);
    expect(told(kernel, 'ECS Deployment State Change').at(-1)?.detail).toMatchObject({
      eventType: 'ERROR',
      eventName: 'SERVICE_DEPLOYMENT_FAILED',
    });
    expect(machine.serving()).toEqual([50_001]);
    machine.isUp = () => true;
    await kernel.clock.advance(10_000);
    expect(await deploymentsOf(ecs)).toEqual(['PRIMARY COMPLETED']);
  });

  test('a task that takes no connections in time has failed to start', async () => {
    const kernel = createFakeKernel();
    const machine = new FakeMachine();
    machine.isUp = () => false;
    await start(kernel, machine);
    await kernel.clock.advance(30_000);
    expect(machine.processes[0]?.signals).toEqual(['SIGTERM']);
    expect(told(kernel, 'ECS Task State Change').at(-1)?.detail).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringContaining('port 50001 within 30 s') as string,
    });
    await kernel.clock.advance(1_000);
    expect(machine.processes).toHaveLength(2);
  });

  test('does not wait for the back-off of the one before', async () => {
    const kernel = createFakeKernel();
    const machine = new FakeMachine();
    const ecs = await start(kernel, machine);
    machine.processes[0]?.end({ exitCode: 70 });
    await kernel.clock.advance(0);
    await restart(ecs);
    await kernel.clock.advance(100);
    expect(await deploymentsOf(ecs)).toEqual(['PRIMARY COMPLETED']);
  });

  test('all deployments of a service are listed', async () => {
    const kernel = createFakeKernel();
    const ecs = await start(kernel, new FakeMachine());
    await restart(ecs);
    await restart(ecs);
    await kernel.clock.advance(200);
    const { serviceDeployments } = await call<{
      serviceDeployments: { serviceDeploymentArn: string; status: string }[];
    }>(ecs, 'ListServiceDeployments', { service: 'checkout' });
    expect(serviceDeployments.map(({ status }) => status)).toEqual(['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL']);
    const arn = serviceDeployments[1]?.serviceDeploymentArn;
    expect(
      await call(ecs, 'DescribeServiceDeployments', { serviceDeploymentArns: [arn, 'gone'] }),
    ).toMatchObject({
      serviceDeployments: [{ serviceDeploymentArn: arn, status: 'STOPPED', serviceArn: SERVICE_ARN }],
      failures: [{ arn: 'gone', reason: 'MISSING' }],
    });
  });
});

describe('a restart of the cloud', () => {
  test('brings up the same deployment and count with new tasks', async () => {
    const kernel = createFakeKernel();
    const machine = new FakeMachine();
    const ecs = await start(kernel, machine);
    await restart(ecs);
    await call(ecs, 'UpdateService', { service: 'checkout', desiredCount: 2 });
    await kernel.clock.advance(1_000);
    const before = await describeService(ecs);
    const { taskArns } = await call<{ taskArns: string[] }>(ecs, 'ListTasks');

    const later = kernel.restart();
    const again = await start(later, machine);
    const after = await describeService(again);
    expect(after).toMatchObject({ desiredCount: 2, runningCount: 2 });
    expect(after.deployments).toMatchObject([{ id: before.deployments[0]?.id, rolloutState: 'COMPLETED' }]);
    const { taskArns: newArns } = await call<{ taskArns: string[] }>(again, 'ListTasks');
    expect(newArns.filter((arn) => taskArns.includes(arn))).toEqual([]);
    expect(await call(again, 'DescribeTasks', { tasks: taskArns })).toMatchObject({
      tasks: taskArns.map(() => ({ lastStatus: 'STOPPED', stopCode: 'TerminationNotice' })),
    });
    expect(told(later, 'ECS Deployment State Change')).toEqual([]);
  });

  test('a count that was changed in the definition wins', async () => {
    const kernel = createFakeKernel();
    const machine = new FakeMachine();
    const ecs = await start(kernel, machine);
    await call(ecs, 'UpdateService', { service: 'checkout', desiredCount: 2 });
    const again = await start(kernel.restart(), machine, { desiredCount: 3 });
    expect((await describeService(again)).desiredCount).toBe(3);
  });
});

describe('operations', () => {
  test('clusters and services are listed by page', async () => {
    const ecs = createEcs(createFakeKernel(), { machine: new FakeMachine() });
    for (const service of ['a', 'b', 'c']) await ecs.defineService({ ...CHECKOUT, service });
    const arn = (service: string) => `arn:aws:ecs:us-east-1:123456789012:service/shop/${service}`;
    expect(await call(ecs, 'ListClusters')).toEqual({
      clusterArns: ['arn:aws:ecs:us-east-1:123456789012:cluster/shop'],
    });
    expect(await call(ecs, 'ListServices', { maxResults: 2 })).toEqual({
      serviceArns: [arn('a'), arn('b')],
      nextToken: arn('b'),
    });
    expect(await call(ecs, 'ListServices', { nextToken: arn('b') })).toEqual({ serviceArns: [arn('c')] });
  });

  test.each([
    {
      operation: 'DescribeServices',
      input: { cluster: 'gone', services: ['x'] },
      code: 'ClusterNotFoundException',
    },
    { operation: 'UpdateService', input: { service: 'gone' }, code: 'ServiceNotFoundException' },
    { operation: 'ListTasks', input: { serviceName: 'gone' }, code: 'ServiceNotFoundException' },
    { operation: 'StopTask', input: { task: 'gone' }, code: 'InvalidParameterException' },
  ])('$operation of what is not there is $code', async ({ operation, input, code }) => {
    const ecs = await start(createFakeKernel(), new FakeMachine());
    await expect(call(ecs, operation, input)).rejects.toMatchObject({ code });
  });

  test('a missing service is a failure of DescribeServices, not an error', async () => {
    const ecs = await start(createFakeKernel(), new FakeMachine());
    expect(await call(ecs, 'DescribeServices', { services: ['gone'] })).toEqual({
      services: [],
      failures: [{ arn: 'arn:aws:ecs:us-east-1:123456789012:service/shop/gone', reason: 'MISSING' }],
    });
  });

  test('what UpdateService cannot change here is refused', async () => {
    const ecs = await start(createFakeKernel(), new FakeMachine());
    await expect(call(ecs, 'UpdateService', { service: 'checkout', taskDefinition: 'x:2' })).rejects.toThrow(
      'taskDefinition',
    );
  });
});
