import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadWorkload } from '../../../../local/workload/definition.ts';
import { aTemporaryFolder } from '../../../builders/temporary-folder.ts';

const QUICKSTART = fileURLToPath(new URL('../../../../examples/quickstart/workload.yaml', import.meta.url));

function aFile(text: string): string {
  const file = join(aTemporaryFolder(), 'workload.yaml');
  writeFileSync(file, text);
  return file;
}

test('the quick start runs inventory, checkout and shopper with the Node of Homeostat', () => {
  const { services } = loadWorkload(QUICKSTART, { FAULTS_DIR: '/state/faults' });
  expect(services).toEqual([
    {
      cluster: 'shop',
      service: 'inventory',
      command: [process.execPath, '../workload/service.ts', 'inventory'],
      cwd: dirname(QUICKSTART),
      environment: { FAULTS_DIR: '/state/faults' },
      port: 9101,
      desiredCount: 1,
    },
    expect.objectContaining({
      service: 'checkout',
      port: 9102,
      environment: { FAULTS_DIR: '/state/faults', DEPENDS_ON: 'http://127.0.0.1:9101' },
    }),
    expect.not.objectContaining({ port: expect.anything() as unknown }),
  ]);
});

test.each([
  { what: 'broken YAML', text: 'cluster: shop\nservices: [\n', says: /workload\.yaml:\d+:\d+: / },
  {
    what: 'an unknown key',
    text: 'cluster: shop\nservices:\n  a:\n    command: [node]\n    ports: 1\n',
    says: /workload\.yaml:5:5: unknown key "ports"; did you mean "port"\?/,
  },
  {
    what: 'a port out of range',
    text: 'cluster: shop\nservices:\n  a:\n    command: [node]\n    port: 70000\n',
    says: /workload\.yaml:5:11: found number 70000, expected at most 65535/,
  },
  {
    what: 'one port twice',
    text: 'cluster: s\nservices:\n  a: { command: [x], port: 1 }\n  b: { command: [x], port: 1 }\n',
    says: /workload\.yaml:4:28: port 1 is taken by "a" as well/,
  },
  {
    what: 'no command',
    text: 'cluster: shop\nservices:\n  a: {}\n',
    says: /:3:6: "a" has no command, and there is none for all/,
  },
  { what: 'an empty file', text: '', says: /workload\.yaml:1:1: / },
])('$what is an error with its place', ({ text, says }) => {
  expect(() => loadWorkload(aFile(text), {})).toThrow(says);
});

test('all problems are told at once', () => {
  const file = aFile('cluster: "a b"\nservices:\n  c:\n    command: []\n    desiredCount: -1\n');
  expect(() => loadWorkload(file, {})).toThrow(
    /:1:10: .*"a b".*ECS name.*\n.*:4:14: .*an empty list.*\n.*:5:19: .*-1/,
  );
});
