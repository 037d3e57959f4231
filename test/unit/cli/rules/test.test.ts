import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../../../cli/main.ts';
import { aTerminal } from '../fake-terminal.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rules-test-'));
  writeFileSync(
    join(folder, 'shop.rules.yaml'),
    "groups: [{name: shop, rules: [{alert: Down, expr: 'up == 0', labels: {severity: high}}]}]\n",
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

function testFile(expected: string): string {
  const path = join(folder, 'shop.test.yaml');
  writeFileSync(
    path,
    `rule_files: ['*.rules.yaml']
tests:
  - name: shop
    input_series: [{series: 'up{job="cart"}', values: '1 0'}]
    alert_rule_test:
      - {alertname: Down, eval_time: 1m, exp_alerts: ${expected}}
`,
  );
  return path;
}

async function run(...args: string[]) {
  const terminal = aTerminal();
  const code = await main(['rules', 'test', ...args], terminal);
  return { code, out: terminal.stdout(), err: terminal.stderr() };
}

describe('homeostat rules test', () => {
  test('what holds: one line, exit 0', async () => {
    const path = testFile('[{exp_labels: {job: cart, severity: high}}]');
    expect(await run(path)).toMatchObject({ code: 0, out: `${path}: SUCCESS (1 test)\n` });
  });

  test('what does not hold is shown beside what was expected, exit 1', async () => {
    const { code, out } = await run(testFile('[{exp_labels: {job: cart, severity: low}}]'));
    expect(code).toBe(1);
    expect(out).toContain('- expected: {alertname="Down", job="cart", severity="low"}');
    expect(out).toContain('+ got:      {alertname="Down", job="cart", severity="high"}');
  });

  test('as JSON for a program', async () => {
    const { code, out } = await run(testFile('[]'), '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      files: [{ problems: [], tests: [{ name: 'shop', failures: [expect.stringContaining('Down')] }] }],
    });
  });

  test('a rule file that is missing or broken is named with its place', async () => {
    const path = testFile('[]');
    writeFileSync(
      join(folder, 'shop.rules.yaml'),
      "groups: [{name: shop, rules: [{alert: D, expr: 'up =='}]}]",
    );
    const broken = await run(path);
    expect(broken.code).toBe(1);
    expect(broken.out).toMatch(/shop\.rules\.yaml:1:\d+: PromQL: /);
    rmSync(join(folder, 'shop.rules.yaml'));
    expect((await run(path)).out).toContain('*.rules.yaml:1:1: this file does not exist');
    expect((await run(join(folder, 'none.yaml'))).out).toContain('this file does not exist');
  });

  test('only some groups by name; a pattern that is none is refused', async () => {
    const path = testFile('[]');
    expect(await run(path, '--run', '^other$')).toMatchObject({ code: 0 });
    const refused = await run(path, '--run', '(');
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('--run (: error parsing regexp');
  });
});
