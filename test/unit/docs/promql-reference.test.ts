import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { promqlReference } from '../../../docs/promql-reference.ts';

test('what does not pass is listed with its place and reason', () => {
  const folder = mkdtempSync(join(tmpdir(), 'promql-reference-'));
  try {
    writeFileSync(
      join(folder, 'a.test'),
      'eval instant at 0 1\n  1\neval instant at 0 label_join(up, "a", `,`)\n  2\n',
    );
    const page = promqlReference(folder) ?? '';
    expect(page).toContain('| `a.test` | 2 | 1 | 1 |');
    expect(page).toContain(
      '- `a.test:3`: `` label_join(up, "a", `,`) ``: `a vector where a scalar was expected`',
    );
    expect(page).toContain('**Experimental aggregations**: `limit_ratio`, `limitk`.');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('without the engine tests there is no page', () => {
  expect(promqlReference('/no/such/folder')).toBeUndefined();
});
