import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCatalog } from '../../../../shared/runtime/catalog-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'catalog-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

test('the catalog beside the bundle', () => {
  const catalog = {
    hash: '0123456789abcdef',
    organization: { people: {} },
    systems: { shop: { system: 'shop' } },
  };
  writeFileSync(join(dir, 'catalog.json'), JSON.stringify(catalog));
  expect(readCatalog(dir)).toEqual(catalog);
});

test('another file is refused by name', () => {
  writeFileSync(join(dir, 'catalog.json'), '{"systems":{}}');
  expect(() => readCatalog(dir)).toThrow(/catalog\.json is no compiled catalog: it needs hash/);
});

test('no file is an error that names it', () => {
  expect(() => readCatalog(dir)).toThrow(/no such file.*catalog\.json/);
});
