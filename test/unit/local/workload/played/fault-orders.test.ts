import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  changesFor,
  clearOrders,
  orderFault,
  readOrders,
} from '../../../../../local/workload/played/fault-orders.ts';
import { readPlayedModel } from '../../../../../local/workload/played/read-model.ts';
import { aTemporaryFolder } from '../../../../builders/temporary-folder.ts';

const noProblem = (problem: string) => expect.fail(problem);

const model = readPlayedModel(
  `services: {a: {metrics: {g: {value: 1}}}, b: {}}
faults:
  Full: [{service: a, metric: g, value: 9}]
  Leak: [{service: a, metric: g, slope: 9, healedByRestart: true}, {service: b, process: hang}]`,
  'plays.yaml',
);

test('what is ordered is read, until it is taken back', () => {
  const dir = aTemporaryFolder();
  expect(readOrders(dir, noProblem)).toEqual([]);
  orderFault(dir, { alert: 'Leak', deployments: { a: 'd1', b: 'd2' } });
  orderFault(dir, { alert: 'Full', deployments: {} });
  expect(readOrders(dir, noProblem).map(({ alert }) => alert)).toEqual(['Full', 'Leak']);
  clearOrders(dir);
  clearOrders(dir);
  expect(readOrders(dir, noProblem)).toEqual([]);
});

test('a new deployment no longer suffers from what a restart heals', () => {
  const orders = [
    { alert: 'Leak', deployments: { a: 'd1', b: 'd2' } },
    { alert: 'Full', deployments: {} },
    { alert: 'Nobody knows this', deployments: {} },
  ];
  const suffers = (service: string, deploymentId: string) =>
    changesFor(model, orders, { service, deploymentId }).map((change) =>
      change.kind === 'metric' ? change.level : change.process,
    );
  expect(suffers('a', 'd1')).toEqual([{ slope: 9 }, { value: 9 }]);
  expect(suffers('a', 'd3')).toEqual([{ value: 9 }]);
  expect(suffers('b', 'd2')).toEqual(['hang']);
  expect(suffers('b', 'd3')).toEqual([]);
});

test('an alert may have any name, and stays in its folder', () => {
  const dir = aTemporaryFolder();
  orderFault(dir, { alert: '../../etc/x', deployments: {} });
  expect(readdirSync(dir)).toEqual(['alerts']);
  expect(readOrders(dir, noProblem)).toEqual([{ alert: '../../etc/x', deployments: {} }]);
});

test.each(['', '{', '[]', '{"alert":"A"}', '{"alert":"A","deployments":{},"x":1}'])(
  'a file with %j is no order and says so',
  (text) => {
    const dir = aTemporaryFolder();
    orderFault(dir, { alert: 'A', deployments: {} });
    writeFileSync(join(dir, 'alerts/A.json'), text);
    const problems: string[] = [];
    expect(readOrders(dir, (problem) => problems.push(problem))).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('A.json is not a fault')]);
  },
);
