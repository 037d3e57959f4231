import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { validateCatalog } from '../../../cli/validate.ts';

const QUICKSTART = new URL('../../../examples/quickstart', import.meta.url).pathname;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'validate-'));
  cpSync(QUICKSTART, folder, { recursive: true });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function validate(json: boolean): Promise<{ code: number; out: string }> {
  let out = '';
  const write = (text: string): void => {
    out += text;
  };
  const code = await validateCatalog(folder, { json }, { out: write, err: write });
  return { code, out };
}

/** Two errors and a warning. */
function spoil(): void {
  writeFileSync(join(folder, 'organization.yaml'), 'people: {}\nteams: {shop: {}, platform: {}}\n');
  writeFileSync(
    join(folder, 'shop/homeostat.yaml'),
    'system: shop\nenvironment: demo\nowner: shpo\nservices: {}\nrules: [rules.yaml]\n',
  );
  writeFileSync(join(folder, 'shop/rules.yaml'), 'groups:\n  - {name: g, interval: 45s, rules: []}\n');
}

describe('homeostat validate', () => {
  test('a valid catalog: one line, exit 0', async () => {
    const { code, out } = await validate(false);
    expect(code).toBe(0);
    expect(out).toMatch(/^valid: 1 system \(shop\), 4 rules, catalog [0-9a-f]{16}\n$/);
  });

  test('a broken one: a line for each problem as file:line:col: message, then the count, exit 1', async () => {
    spoil();
    const { code, out } = await validate(false);
    expect(code).toBe(1);
    expect(out.replaceAll(`${folder}/`, '').trimEnd().split('\n')).toEqual([
      'organization.yaml:1:1: "escalation" is missing; expected a map (key: value)',
      'shop/homeostat.yaml:3:8: no team "shpo"; did you mean "shop"?',
      'shop/rules.yaml:2:25: warning: 45s becomes 1m; CloudWatch evaluates every 10s, 20s, 30s or whole minutes up to 1h',
      '2 problems, 1 warning',
    ]);
  });

  test('--json: one object on one line', async () => {
    const valid = await validate(true);
    expect(valid.out.trimEnd()).not.toContain('\n');
    expect(JSON.parse(valid.out)).toEqual({
      ok: true,
      problems: [],
      warnings: [],
      systems: ['shop'],
      rules: 4,
      hash: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    });
    spoil();
    const { code, out } = await validate(true);
    expect(code).toBe(1);
    const broken = JSON.parse(out) as { problems: unknown[] };
    expect(broken).toMatchObject({ ok: false, systems: [], rules: 0, hash: null, warnings: [{ line: 2 }] });
    expect(broken.problems[0]).toEqual({
      file: join(folder, 'organization.yaml'),
      line: 1,
      column: 1,
      severity: 'error',
      message: '"escalation" is missing; expected a map (key: value)',
    });
  });

  test('no folder: one problem, exit 1', async () => {
    const missing = join(folder, 'nope');
    const lines: string[] = [];
    const terminal = { out: (text: string) => lines.push(text), err: (text: string) => lines.push(text) };
    expect(await validateCatalog(missing, { json: false }, terminal)).toBe(1);
    expect(lines).toEqual([
      `${missing}/organization.yaml:1:1: this file cannot be read: the folder ${missing} does not exist\n`,
      '1 problem\n',
    ]);
  });
});
