import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCatalogFolder } from '../../../../../shared/adapters/files/read-catalog.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'catalog-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), content);
}

test('YAML and rule files by path, in order; other files and hidden folders are passed over', () => {
  write('shop/rules/web.rules', 'b');
  write('shop/homeostat.yaml', '\uFEFFa');
  write('organization.yml', 'c');
  write('README.md', 'no');
  write('.git/x.yaml', 'no');
  write('node_modules/x.yaml', 'no');
  expect([...readCatalogFolder(folder)]).toEqual([
    ['organization.yml', 'c'],
    ['shop/homeostat.yaml', 'a'],
    ['shop/rules/web.rules', 'b'],
  ]);
});

test('what cannot be read says why', () => {
  write('utf8.yaml', Uint8Array.from([0x61, 0x0a, 0x62, 0xff, 0x0a]));
  write('cut.yaml', Uint8Array.from([0x61, 0xc3]));
  write('huge.yaml', 'x'.repeat(1_000_001));
  mkdirSync(join(folder, 'folder.yaml'));
  symlinkSync(join(folder, 'nowhere'), join(folder, 'gone.yaml'));
  symlinkSync(join(folder, 'loop.yaml'), join(folder, 'loop.yaml'));
  expect(Object.fromEntries(readCatalogFolder(folder))).toEqual({
    'utf8.yaml': { unreadable: 'is not UTF-8 text: see line 2; save it as UTF-8' },
    'cut.yaml': { unreadable: 'is not UTF-8 text: see line 1; save it as UTF-8' },
    'huge.yaml': { unreadable: 'has 1000001 bytes, expected at most 1000000; split it' },
    'folder.yaml': { unreadable: 'is a folder; expected a file' },
    'gone.yaml': { unreadable: 'cannot be read: it does not exist' },
    'loop.yaml': { unreadable: expect.stringContaining('ELOOP') as string },
  });
});

test('a folder that is not there, is a file, or holds far too much', () => {
  const complaint = (path: string): unknown => readCatalogFolder(path).get('organization.yaml');
  expect(complaint(join(folder, 'no'))).toEqual({
    unreadable: `cannot be read: the folder ${join(folder, 'no')} does not exist`,
  });
  write('a-file', '');
  expect(complaint(join(folder, 'a-file'))).toEqual({
    unreadable: `cannot be read: the folder ${join(folder, 'a-file')} is not a folder`,
  });
  for (let index = 0; index <= 2000; index++) write(`many/${index}.yaml`, '');
  expect(complaint(folder)).toEqual({
    unreadable: `cannot be read: ${folder} holds more than 2000 YAML files; is it the catalog's folder?`,
  });
});
