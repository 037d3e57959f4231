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

function compiled(system: string) {
  return compileCatalog(readCatalogFolder(join(EXAMPLES, system)));
}

function rulesOf(system: string) {
  const result = compiled(system);
  return result.ok ? (result.catalog.systems[system]?.rules ?? []) : [];
}

describe.each(systems)('the catalog of %s', (system) => {
  const rules = rulesOf(system);

  test('is valid, without a warning', () => {
    expect(compiled(system)).toMatchObject({ ok: true, warnings: [] });
    expect(rules.length).toBeGreaterThan(0);
  });

  test('says of every alert what it is about, and gives each a name of its own', () => {
    expect(rules.filter(({ annotations }) => annotations['summary'] === undefined)).toEqual([]);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  test('waits before it fires: one bad sample wakes nobody', () => {
    expect(rules.filter(({ pendingS }) => pendingS === 0).map(({ alert }) => alert)).toEqual([]);
  });
});

const testFilesOf = (system: string): string[] =>
  readdirSync(join(EXAMPLES, system))
    .filter((name) => name.endsWith('.test.yaml'))
    .map((name) => join(EXAMPLES, system, name));

test.each(systems.filter((system) => testFilesOf(system).length > 0))(
  'the rules of %s pass their unit tests',
  async (system) => {
    const terminal = aTerminal();
    expect(await main(['rules', 'test', ...testFilesOf(system)], terminal), terminal.stdout()).toBe(0);
    // Days of history for each of many figures take their time.
  },
  120_000,
);

test.each(systems.filter((system) => existsSync(join(EXAMPLES, system, AS_PRINTED))))(
  '%s has a rule that works for each printed one that does not',
  (system) => {
    const printed = readFileSync(join(EXAMPLES, system, AS_PRINTED), 'utf8');
    const { problems } = checkRuleFile(AS_PRINTED, new Map([[AS_PRINTED, printed]]), undefined);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    const names = [...printed.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name ?? '');
    expect(names.length).toBeGreaterThan(0);
    expect(rulesOf(system).map(({ alert }) => alert)).toEqual(expect.arrayContaining(names));
  },
);
