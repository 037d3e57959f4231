import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  failureThreshold,
  isSteady,
  planTasks,
  restartDelayMs,
  servingTasks,
} from '../../../../local/ecs/plan-tasks.ts';
import type { TaskRecord } from '../../../../local/ecs/records.ts';

type Status = TaskRecord['lastStatus'];

function aTask(
  taskId: string,
  deploymentId: string,
  lastStatus: Status,
  over: Partial<TaskRecord> = {},
): TaskRecord {
  return {
    cluster: 'c',
    service: 's',
    taskId,
    deploymentId,
    lastStatus,
    desiredStatus: lastStatus === 'STOPPING' || lastStatus === 'STOPPED' ? 'STOPPED' : 'RUNNING',
    createdAtMs: 0,
    version: 1,
    ...over,
  };
}

describe('planTasks', () => {
  test.each<{ title: string; desired: number; tasks: TaskRecord[]; start: number; stop: string[] }>([
    { title: 'nothing there: start all', desired: 2, tasks: [], start: 2, stop: [] },
    {
      title: 'one is starting: start the other',
      desired: 2,
      tasks: [aTask('a', 'new', 'PENDING')],
      start: 1,
      stop: [],
    },
    {
      title: 'a stopping task does not count',
      desired: 1,
      tasks: [aTask('a', 'new', 'STOPPING'), aTask('b', 'new', 'STOPPED')],
      start: 1,
      stop: [],
    },
    {
      title: 'fewer wanted: the starting and the youngest go first',
      desired: 1,
      tasks: [
        aTask('a', 'new', 'RUNNING', { createdAtMs: 2 }),
        aTask('b', 'new', 'RUNNING', { createdAtMs: 1 }),
        aTask('c', 'new', 'PENDING'),
      ],
      start: 0,
      stop: ['a', 'c'],
    },
    {
      title: 'a new deployment: new tasks first, the old ones stay',
      desired: 2,
      tasks: [aTask('a', 'old', 'RUNNING'), aTask('b', 'old', 'RUNNING')],
      start: 2,
      stop: [],
    },
    {
      title: 'one old task goes for each new one that runs',
      desired: 2,
      tasks: [
        aTask('a', 'old', 'RUNNING'),
        aTask('b', 'old', 'RUNNING', { createdAtMs: 1 }),
        aTask('c', 'new', 'RUNNING'),
        aTask('d', 'new', 'PENDING'),
      ],
      start: 0,
      stop: ['b'],
    },
    {
      title: 'an old task that is only starting goes at once',
      desired: 1,
      tasks: [aTask('a', 'old', 'PENDING')],
      start: 1,
      stop: ['a'],
    },
    {
      title: 'none wanted: all go',
      desired: 0,
      tasks: [aTask('a', 'new', 'RUNNING'), aTask('b', 'old', 'RUNNING')],
      start: 0,
      stop: ['a', 'b'],
    },
  ])('$title', ({ desired, tasks, start, stop }) => {
    expect(planTasks(desired, 'new', tasks)).toEqual({ start, stop });
  });

  const task = fc.record({
    deploymentId: fc.constantFrom('new', 'old', 'older'),
    lastStatus: fc.constantFrom<Status>('PENDING', 'RUNNING', 'STOPPING', 'STOPPED'),
    createdAtMs: fc.nat(5),
  });
  const tasks = fc
    .array(task, { maxLength: 12 })
    .map((all) => all.map((one, index) => aTask(String(index), one.deploymentId, one.lastStatus, one)));

  test('never goes below what is wanted while enough runs, never above twice that', () => {
    fc.assert(
      fc.property(fc.nat(4), tasks, (desired, all) => {
        const { start, stop } = planTasks(desired, 'new', all);
        const running = all.filter(({ lastStatus }) => lastStatus === 'RUNNING');
        const left = running.filter(({ taskId }) => !stop.includes(taskId));
        expect(left.length).toBeGreaterThanOrEqual(Math.min(desired, running.length));
        const live = all.filter(
          ({ taskId, desiredStatus }) => desiredStatus === 'RUNNING' && !stop.includes(taskId),
        );
        expect(live.length + start).toBeLessThanOrEqual(2 * desired);
      }),
    );
  });

  test('done as planned, and once every task has started and stopped, the service is steady', () => {
    fc.assert(
      fc.property(fc.nat(4), tasks, (desired, first) => {
        let all = first;
        for (let round = 0; round < 5; round += 1) {
          const { start, stop } = planTasks(desired, 'new', all);
          const kept = all.map((one) => {
            if (stop.includes(one.taskId) || one.desiredStatus === 'STOPPED')
              return aTask(one.taskId, one.deploymentId, 'STOPPED');
            return { ...one, lastStatus: 'RUNNING' as const };
          });
          const started = Array.from({ length: start }, (_, n) => aTask(`${round}-${n}`, 'new', 'RUNNING'));
          all = [...kept, ...started];
        }
        expect(isSteady(desired, 'new', all)).toBe(true);
      }),
    );
  });
});

test('new connections go to the new deployment as soon as one of its tasks runs', () => {
  const old = aTask('a', 'old', 'RUNNING');
  const ids = (all: TaskRecord[]) => servingTasks('new', all).map(({ taskId }) => taskId);
  expect(ids([old, aTask('b', 'new', 'PENDING')])).toEqual(['a']);
  expect(ids([old, aTask('b', 'new', 'RUNNING')])).toEqual(['b']);
  expect(ids([aTask('a', 'old', 'STOPPING')])).toEqual([]);
});

test('waits grow from 1 to 10 s', () => {
  expect([1, 2, 3, 4, 5, 60].map(restartDelayMs)).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

test.each([
  [1, 3],
  [8, 4],
  [9, 5],
  [1_000, 200],
])('with %i tasks wanted, %i failures in a row fail a deployment', (desired, failures) => {
  expect(failureThreshold(desired)).toBe(failures);
});
