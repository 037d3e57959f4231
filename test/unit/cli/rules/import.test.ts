import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from '../../../../cli/main.ts';
import { aTerminal } from '../fake-terminal.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rules-import-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, rules: readonly object[], group: object = {}): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ groups: [{ name: 'g', ...group, rules }] }));
  return path;
}

async function imported(...paths: string[]) {
  const terminal = aTerminal();
  const code = await main(['rules', 'import', ...paths, '--json'], terminal);
  return { code, rules: JSON.parse(terminal.stdout()) as object[], err: terminal.stderr() };
}

const high = { labels: { severity: 'high' } };

test('every rule with what becomes of it, its reason and its price', async () => {
  const path = file('a.yaml', [
    { alert: 'Good', expr: 'job:up:sum == 0', ...high },
    { record: 'job:up:sum', expr: 'sum by (job) (up)' },
    { alert: 'Nameless', expr: '{job="a"} == 0', ...high },
    { alert: 'Page', expr: 'up == 0', labels: { severity: 'page' } },
    { alert: 'Text', expr: 'up == 0', ...high, annotations: { summary: '{{ $nobody }}' } },
    { record: 'bad', expr: 'sum(' },
  ]);
  const { code, rules } = await imported(path);
  expect(code).toBe(1);
  expect(rules).toMatchObject([
    { file: path, group: 'g', alert: 'Good', status: 'ok', reason: '', usdPerMonth: 0.1 },
    { record: 'job:up:sum', status: 'ok', usdPerMonth: 0 },
    {
      alert: 'Nameless',
      status: 'unsupported',
      reason: expect.stringContaining('names no metric') as string,
    },
    { alert: 'Page', status: 'unsupported', reason: expect.stringContaining('"page"') as string },
    { alert: 'Text', status: 'unsupported', reason: expect.stringContaining('$nobody') as string },
    { record: 'bad', status: 'unsupported', reason: expect.stringContaining('PromQL') as string },
  ]);
});

test('an alarm that is evaluated more than once a minute costs more; recordings may stand in another file', async () => {
  const alerts = file('a.yaml', [{ alert: 'A', expr: 'up:sum == 0', ...high }], { interval: '10s' });
  const { code, rules } = await imported(alerts, file('b.yaml', [{ record: 'up:sum', expr: 'sum(up)' }]));
  expect(code).toBe(0);
  expect(rules).toMatchObject([{ usdPerMonth: 0.3 }, { status: 'ok' }]);
});

test('a file that cannot be read is told, and the others are looked at', async () => {
  const broken = join(folder, 'broken.yaml');
  writeFileSync(broken, 'groups: [');
  const { code, rules, err } = await imported(broken, file('a.yaml', [{ alert: 'A', expr: 'up', ...high }]));
  expect(code).toBe(1);
  expect(rules).toHaveLength(1);
  expect(err).toContain('broken.yaml: line 1');
});

test('what reads a recording that cannot be used cannot be used either, over as many steps as it takes', async () => {
  const path = file('a.yaml', [
    { record: 'far', expr: 'near * 2' },
    { record: 'near', expr: 'sum by (job) (twice)' },
    { record: 'twice', expr: 'sum(' },
    { record: 'twice', expr: 'sum(up)' },
    { record: 'sound', expr: 'sum(up)' },
    { alert: 'Far', expr: 'far > 1', ...high },
    { alert: 'Sound', expr: 'sound > 1', ...high },
  ]);
  const { rules } = await imported(path);
  const because = (name: string) => expect.stringContaining(`it reads "${name}"`) as string;
  expect(rules).toMatchObject([
    { record: 'far', status: 'unsupported', reason: because('near') },
    { record: 'near', status: 'unsupported', reason: because('twice') },
    { record: 'twice', status: 'unsupported' },
    { record: 'twice', status: 'ok' },
    { record: 'sound', status: 'ok' },
    { alert: 'Far', status: 'unsupported', reason: because('far') },
    { alert: 'Sound', status: 'ok' },
  ]);
});

test('what a catalog would refuse is told here: an alert that stands twice, an interval that is too long', async () => {
  const alert = { alert: 'A', expr: 'up == 0', ...high };
  const { rules } = await imported(
    file('a.yaml', [alert, alert, { ...alert, expr: 'up == 1' }]),
    file('b.yaml', [alert, { record: 'r', expr: 'sum(up)' }], { interval: '2h' }),
  );
  const twice = expect.stringContaining('stands twice') as string;
  expect(rules).toMatchObject([
    { status: 'ok' },
    { status: 'unsupported', reason: twice },
    { status: 'ok' },
    { status: 'unsupported', reason: expect.stringContaining('expected at most 1h') as string },
    { record: 'r', status: 'ok' },
  ]);
});

test('an empty file has no rules, and is none to complain of', async () => {
  const empty = join(folder, 'empty.yaml');
  writeFileSync(empty, '# Nothing yet.\n');
  const { code, rules, err } = await imported(empty, file('a.yaml', [{ alert: 'A', expr: 'up', ...high }]));
  expect([code, rules.length, err]).toEqual([0, 1, '']);
});

test('severities of other names are what the command line says', async () => {
  const path = file('a.yaml', [
    { alert: 'Page', expr: 'up == 0', labels: { severity: 'page' } },
    { alert: 'Odd', expr: 'up == 0', labels: { severity: 'a=b' } },
    { alert: 'None', expr: 'up == 0' },
  ]);
  const { code, rules } = await imported(
    path,
    '--severity=page=P0',
    '--severity=a=b=high',
    '--severity==info',
  );
  expect(rules.map((rule) => (rule as { status: string }).status)).toEqual(['ok', 'ok', 'ok']);
  expect(code).toBe(0);
});

test.each([
  ['page', 'Expected NAME=SEVERITY'],
  ['page=urgent', 'Expected NAME=SEVERITY'],
  ['p1=critical', '"p1" is a severity already'],
])('--severity %s is refused', async (text, because) => {
  const terminal = aTerminal();
  expect(await main(['rules', 'import', file('a.yaml', []), '--severity', text], terminal)).toBe(2);
  expect(terminal.stderr()).toContain(because);
});
