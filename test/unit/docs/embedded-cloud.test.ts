import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const text = readFileSync(join(ROOT, 'docs/embedded-cloud.md'), 'utf8');

/** The rows below the heading that begins with this word. */
function rowsUnder(heading: string): string[][] {
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test('every limit says what AWS does, what happens here, and which test shows it', () => {
  const rows = rowsUnder('Limits');
  expect(rows.length).toBeGreaterThan(30);
  for (const row of rows) {
    expect(
      row.filter((cell) => cell !== ''),
      row[0],
    ).toHaveLength(4);
    const [, , , shown = ''] = row;
    if (shown === 'none') continue;
    expect(existsSync(join(ROOT, shown.replaceAll('`', ''))), shown).toBe(true);
  }
});

test('every limits test is named by a row', () => {
  const shown = new Set(rowsUnder('Limits').map(([, , , file = '']) => file.replaceAll('`', '')));
  for (const service of ['lambda', 'dynamodb']) {
    expect(shown).toContain(`test/unit/local/${service}/limits.test.ts`);
  }
  for (const name of ['alarm-limits', 'request-rates', 'new-names']) {
    expect(shown).toContain(`test/unit/local/cloudwatch/${name}.test.ts`);
  }
});
