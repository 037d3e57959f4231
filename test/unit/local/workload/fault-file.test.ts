import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clearFault, faultPath, readFault, writeFault } from '../../../../local/workload/fault-file.ts';
import { aTemporaryFolder } from '../../../builders/temporary-folder.ts';

const aDir = () => join(aTemporaryFolder(), 'faults');
const noProblem = (problem: string) => expect.fail(problem);
const of = (deploymentId: string) => ({ service: 'inventory', deploymentId });

test.each([
  { fault: 'crash', written: 'd1', reads: 'd1', suffers: 'crash' },
  { fault: 'crash', written: 'd1', reads: 'd2', suffers: null },
  { fault: 'slow', written: null, reads: 'd2', suffers: 'slow' },
] as const)('$fault written for $written is $suffers for $reads', ({ fault, written, reads, suffers }) => {
  const dir = aDir();
  writeFault(dir, 'inventory', { fault, deploymentId: written });
  expect(readFault(dir, of(reads), noProblem)).toBe(suffers);
  expect(readFault(dir, { service: 'checkout', deploymentId: reads }, noProblem)).toBeNull();
});

test('a fault that is cleared is gone, and clearing twice does no harm', () => {
  const dir = aDir();
  writeFault(dir, 'inventory', { fault: 'hang', deploymentId: 'd1' });
  clearFault(dir, 'inventory');
  clearFault(dir, 'inventory');
  expect(existsSync(faultPath(dir, 'inventory'))).toBe(false);
  expect(readFault(dir, of('d1'), noProblem)).toBeNull();
});

test.each(['', '{', '{"fault":"boom","deploymentId":"d1"}', '{"fault":"hang","deploymentId":"d1","x":1}'])(
  'a file with %j is no fault and says so',
  (text) => {
    const dir = aDir();
    writeFault(dir, 'inventory', { fault: 'hang', deploymentId: 'd1' });
    writeFileSync(faultPath(dir, 'inventory'), text);
    const problems: string[] = [];
    expect(readFault(dir, of('d1'), (problem) => problems.push(problem))).toBeNull();
    expect(problems).toEqual([expect.stringContaining('inventory.json is not a fault')]);
  },
);
