import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const text = readFileSync(join(ROOT, 'docs/assumptions.md'), 'utf8');

test('every file that an assumption names is there', () => {
  const named = [...text.matchAll(/`([a-z-]+\/[a-z/-]+\.ts)`/g)].map(([, file = '']) => file);
  expect(named.length).toBeGreaterThan(25);
  expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test('every assumption says what would happen if it were otherwise', () => {
  const rows = text.split('\n').filter((line) => line.startsWith('|') && !/^\| (We assume|-+)/.test(line));
  expect(rows.length).toBeGreaterThan(25);
  for (const row of rows) expect(row.split('|').filter((cell) => cell.trim() !== '')).toHaveLength(3);
});
