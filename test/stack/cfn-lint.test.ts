import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasCfnLint, lint } from './cfn-lint.ts';
import { theFleet, theQuickstart } from './fleet-catalog.ts';
import { synthesized } from './synthesized.ts';

/** A Python program that takes twenty seconds, on a busy machine ten times as long. */
const PATIENCE_MS = 600_000;

/** The templates pass cfn-lint, errors and warnings, where that is installed. */
describe.skipIf(!hasCfnLint())('cfn-lint', { timeout: PATIENCE_MS }, () => {
  test.each([
    ['three systems, with and without a network', theFleet()],
    ['the quick start', theQuickstart()],
  ])('has nothing against %s, and every reason to ignore it is still needed', async (_, catalog) => {
    expect(await lint(synthesized(catalog))).toEqual({ remarks: [], unusedReasons: [] });
  });

  test('finds a property that there is not', async () => {
    const app = synthesized(theQuickstart());
    const file = join(app.outDir, 'homeostat-state.template.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"BillingMode"', '"BilingMode"'));
    const { remarks } = await lint(app, 'homeostat-state');
    expect(remarks).toEqual([expect.stringMatching(/^homeostat-state: E3002 .*BilingMode/)]);
  });
});
