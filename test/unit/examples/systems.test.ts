import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../../cli/main.ts';
import { readCatalogFolder } from '../../../shared/adapters/files/read-catalog.ts';
import { compileCatalog } from '../../../shared/domain/catalog/compile.ts';
import { checkRuleFile } from '../../../shared/domain/rules/check-rule-file.ts';
import { aTerminal } from '../cli/fake-terminal.ts';

const EXAMPLES = join(import.meta.dirname, '../../../examples');
const AS_PRINTED = 'as-printed.yaml';
const systems = readdirSync(EXAMPLES).filter(
  (name) => name !== 'quickstart' && existsSync(join(EXAMPLES, name, 'organization.yaml')),
);

describe.each(systems)('the catalog of %s', (system) => {
  const folder = join(EXAMPLES, system);
  const result = compileCatalog(readCatalogFolder(folder));
  const rules = result.ok ? (result.catalog.systems[system]?.rules ?? []) : [];

  test('is valid, without a warning', () => {
    expect(result).toMatchObject({ ok: true, warnings: [] });
    expect(rules.length).toBeGreaterThan(0);
  });

  test('says of every alert what it is about, and gives each a name of its own', () => {
    expect(rules.filter(({ annotations }) => annotations['summary'] === undefined)).toEqual([]);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  test('waits before it fires: one bad sample wakes nobody', () => {
    expect(rules.filter(({ pendingS }) => pendingS === 0).map(({ alert }) => alert)).toEqual([]);
  });

  const unitTests = readdirSync(folder).filter((name) => name.endsWith('.test.yaml'));
  test.runIf(unitTests.length > 0)(
    'passes the unit tests of its rules',
    async () => {
      const terminal = aTerminal();
      const files = unitTests.map((name) => join(folder, name));
      expect(await main(['rules', 'test', ...files], terminal), terminal.stdout()).toBe(0);
      // Days of history for each of many figures take their time.
    },
    120_000,
  );

  test.runIf(existsSync(join(folder, AS_PRINTED)))(
    'has one that works for each printed one that does not',
    () => {
      const printed = readFileSync(join(folder, AS_PRINTED), 'utf8');
      const { problems } = checkRuleFile(AS_PRINTED, new Map([[AS_PRINTED, printed]]), undefined);
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      const names = [...printed.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name ?? '');
      expect(names.length).toBeGreaterThan(0);
      expect(rules.map(({ alert }) => alert)).toEqual(expect.arrayContaining(names));
    },
  );
});
