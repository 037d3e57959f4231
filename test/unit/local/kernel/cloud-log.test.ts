import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCloudLog } from '../../../../local/kernel/cloud-log.ts';

test('lines are added to the file at once, from the level on, and after the end nothing breaks', () => {
  const dir = mkdtempSync(join(tmpdir(), 'homeostat-'));
  const file = join(dir, 'cloud.log');
  const told: string[] = [];
  for (const round of [1, 2]) {
    const { log, close } = openCloudLog({
      file,
      level: 'info',
      nowMs: () => Date.UTC(2026, 10, 21),
      listener: (level, message) => told.push(`${level} ${message}`),
    });
    log('debug', 'left out');
    log('warn', 'kept', { round });
    close();
    log('info', 'late');
  }
  expect(readFileSync(file, 'utf8')).toBe(
    '{"time":"2026-11-21T00:00:00.000Z","level":"warn","message":"kept","round":1}\n' +
      '{"time":"2026-11-21T00:00:00.000Z","level":"warn","message":"kept","round":2}\n',
  );
  expect(told).toEqual(['warn kept', 'info late', 'warn kept', 'info late']);
  rmSync(dir, { recursive: true });
});

test('an error in the context is written with where it comes from', () => {
  const dir = mkdtempSync(join(tmpdir(), 'homeostat-'));
  const file = join(dir, 'cloud.log');
  const { log, close } = openCloudLog({ file, level: 'info', nowMs: () => 0 });
  log('error', 'failed', { error: new Error('no disk') });
  close();
  const { error } = JSON.parse(readFileSync(file, 'utf8')) as { error: string };
  expect(error).toMatch(/^Error: no disk\n +at .*cloud-log\.test\.ts/);
  rmSync(dir, { recursive: true });
});
