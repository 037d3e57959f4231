import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { promqltest } from '../../promqltest/main.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'promqltest-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function run(...args: string[]): { exitCode: number; out: string; err: string } {
  const written = { out: '', err: '' };
  const exitCode = promqltest(args, {
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
  });
  return { exitCode, ...written };
}

function script(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('scripts that pass exit with 0 and the count', () => {
  const path = script('good.test', 'eval instant at 0 1\n  1\n');
  expect(run(path, path)).toEqual({
    exitCode: 0,
    out: `${path}: 1 passed, 0 failed\n${path}: 1 passed, 0 failed\n2 passed, 0 failed\n`,
    err: '',
  });
});

test('an eval that fails is told with its place, and exits with 1', () => {
  const path = script('bad.test', '\neval instant at 0 1 + 1\n  3\n');
  const { exitCode, out } = run(path);
  expect(exitCode).toBe(1);
  expect(out).toBe(
    `${path}:2: 1 + 1\n  another value\n  expected  3\n  got       2\n${path}: 0 passed, 1 failed\n0 passed, 1 failed\n`,
  );
});

test('every verdict is written as JSON as well', () => {
  const path = script('bad.test', 'eval instant at 0 1\n  2\neval instant at 0 1\n  1\n');
  const json = join(folder, 'verdicts.json');
  run(path, '--json', json);
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
    passed: 1,
    failed: 1,
    files: [
      {
        path,
        verdicts: [
          { line: 1, expr: '1', failure: { reason: 'another value', expected: ['2'], got: ['1'] } },
          { line: 3 },
        ],
      },
    ],
  });
});

test('what cannot be read exits with 2 and says where', () => {
  const path = script('broken.test', 'load 1m\n  up one\n');
  expect(run(path)).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining(`error: ${path}:2: expected a number`) as string,
  });
  expect(run(join(folder, 'none.test'))).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('ENOENT') as string,
  });
  expect(run()).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('missing required argument') as string,
  });
});

test('the help has examples', () => {
  expect(run('--help')).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining('npm run promqltest -- ../shared') as string,
  });
});
