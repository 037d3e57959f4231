import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ASSUMPTIONS } from '../../../cli/doctor/assumptions.ts';

const ROOT = join(import.meta.dirname, '../../..');
const text = readFileSync(join(ROOT, 'docs/assumptions.md'), 'utf8');

test('every file that an assumption names is there', () => {
  const named = [...text.matchAll(/`([a-z-]+\/[a-z/-]+\.ts)`/g)].map(([, file = '']) => file);
  expect(named.length).toBeGreaterThan(25);
  expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test('every assumption says what would happen if it were otherwise', () => {
  const rows = text.split('\n').filter((line) => line.startsWith('|') && !/^\| (Id|-+) /.test(line));
  expect(rows.length).toBeGreaterThan(25);
  for (const row of rows) expect(row.split('|').filter((cell) => cell.trim() !== '')).toHaveLength(4);
});

test('the page and the doctor know the same assumptions', () => {
  const ids = [...text.matchAll(/^\| ([A-Z]\d+) /gm)].map(([, id]) => id);
  expect(ids).toEqual(ASSUMPTIONS.map(({ id }) => id));
});
