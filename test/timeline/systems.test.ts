import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { findSystems } from '../systems/find-systems.ts';
import { playSystem } from '../systems/play-system.ts';
import { asSection, DOCUMENT, problemsOf } from '../systems/report.ts';

const systems = findSystems(resolve(import.meta.dirname, '../../examples'));

test('there are the five systems', () => {
  expect(systems).toHaveLength(5);
});

/** The largest plays 85 rules, many of them over a day of history. */
const PATIENCE_MS = 900_000;

test.each(systems.map((found) => ({ name: 'problem' in found ? found.name : found.system.system, found })))(
  '$name: every rule fires on its fault and resolves, a healthy day fires nothing, and docs/systems.md says so',
  async ({ found }) => {
    if ('problem' in found) return expect.fail(found.problem);
    const verdict = await playSystem(found);
    expect(problemsOf(verdict)).toEqual([]);
    expect(verdict.rules).toHaveLength(found.system.rules.length);
    const section = await asSection(verdict);
    expect(readFileSync(DOCUMENT, 'utf8'), 'stale; run: npm run systems -- --write').toContain(
      section.trim(),
    );
  },
  PATIENCE_MS,
);
