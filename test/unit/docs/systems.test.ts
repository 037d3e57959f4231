import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { findSystems } from '../../systems/find-systems.ts';
import { DOCUMENT } from '../../systems/report.ts';

const sections = new Map(
  readFileSync(DOCUMENT, 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.split('\n', 1)[0] ?? '', text]),
);

// A run takes minutes, so here is only looked whether the last one was of these rules; `npm run systems` judges them.
test.each(findSystems(resolve(import.meta.dirname, '../../../examples')))(
  'docs/systems.md has the last run of every rule of a system, and each fired and resolved',
  (found) => {
    if ('problem' in found) return expect.fail(found.problem);
    const { system, rules } = found.system;
    const rows = (sections.get(system) ?? '').split('\n').filter((line) => line.startsWith('| '));
    const played = rows.slice(2).map((row) => row.split('|').map((cell) => cell.trim()));
    const run = 'stale; run: npm run systems -- --write';
    expect(
      played.map(([, rule, severity]) => [rule, severity]),
      run,
    ).toEqual(rules.map(({ alert, severity }) => [alert, severity]));
    expect(played.filter((cells) => cells.includes('never'))).toEqual([]);
  },
);
