import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main } from '../../../cli/main.ts';
import { aTemporaryFolder } from '../../builders/temporary-folder.ts';
import { aTerminal } from './fake-terminal.ts';

async function local(...args: string[]) {
  const terminal = aTerminal();
  return { exitCode: await main(['local', '--json', ...args], terminal), stderr: terminal.stderr() };
}

test('a catalog with errors is not run; every problem is told with its place', async () => {
  const catalog = aTemporaryFolder();
  const state = aTemporaryFolder();
  writeFileSync(join(catalog, 'organization.yaml'), 'peple: {}\n');
  const done = await local('--catalog', catalog, '--state', state);
  expect(done.exitCode).toBe(2);
  expect(done.stderr).toContain(
    `${catalog}/organization.yaml:1:1: unknown key "peple"; did you mean "people"?`,
  );
  expect(readdirSync(state)).toEqual([]);
});

test('a state folder of somebody else is refused', async () => {
  const state = aTemporaryFolder();
  writeFileSync(join(state, 'thesis.txt'), '');
  const done = await local('--state', state, '--fresh');
  expect(done).toEqual({ exitCode: 2, stderr: expect.stringContaining('thesis.txt') as unknown });
  expect(readdirSync(state)).toEqual(['thesis.txt']);
});

test.each(['70000', '-1', 'http', '8080x'])('the port %s is wrong usage', async (port) => {
  const done = await local('--port', port);
  expect(done.exitCode).toBe(2);
  expect(done.stderr).toMatch(/Expected a port|argument missing|unknown option/);
});
