import { describe, expect, test } from 'vitest';
import { main } from '../../../../cli/main.ts';
import { explainRules } from '../../../../shared/domain/rules/explain-rule.ts';
import { aCatalog, aRule, aSystem } from '../../../builders/catalog.ts';
import { aTerminal } from '../fake-terminal.ts';

const QUICKSTART = new URL('../../../../examples/quickstart', import.meta.url).pathname;

async function explain(...args: string[]) {
  const terminal = aTerminal();
  const code = await main(['rules', 'explain', ...args, '--catalog', QUICKSTART], terminal);
  return { code, out: terminal.stdout(), err: terminal.stderr() };
}

describe('homeostat rules explain', () => {
  test('from the series to the person', async () => {
    const { code, out } = await explain('ServiceDown');
    expect(code).toBe(0);
    expect(out).toContain('asks      up{"@resource.homeostat.system"="shop"} == 0');
    expect(out).toContain('pages     ana, raj at once');
    expect(out).toContain('pages     max after 5m');
    expect(out).toContain('tells     shop: email shop-alerts@example.com');
    expect(out).toContain('tries     "restart-when-down": restart_service its service');
  });

  test('as JSON for a program', async () => {
    const { out } = await explain('HighLatency', '--json');
    expect(JSON.parse(out)).toMatchObject({ rules: [{ rule: { severity: 'high' }, recoveries: [] }] });
  });

  test('a rule that is not there: the nearest one is named, exit 1', async () => {
    expect(await explain('Servicedown')).toMatchObject({ code: 1 });
    expect((await explain('Servicedown')).err).toContain('did you mean "ServiceDown"?');
  });
});

describe('what is tried', () => {
  const recovery = (name: string, match: Record<string, string[]>) => ({
    mode: 'first' as const,
    actions: [{ action: 'restart_service' as const }],
    guards: { attempts: 3, windowS: 3600, coolDownS: 600, settleS: 10, deadlineS: 300 },
    name,
    match,
  });

  test('depends on the series where the rule does not fix a label, and ends at the first that fits anyway', () => {
    const rule = aRule({ alert: 'Down', severity: 'critical', labels: { severity: 'critical', zone: 'a' } });
    const recoveries = [
      recovery('other', { alertname: ['Other'] }),
      recovery('by-job', { alertname: ['Down'], job: ['cart'] }),
      recovery('here', { zone: ['a', 'b'] }),
      recovery('never', { alertname: ['Down'] }),
    ];
    const [explained] = explainRules(aCatalog(aSystem({ rules: [rule], recoveries })), 'Down');
    expect(explained?.recoveries.map((one) => [one.recovery.name, one.labels])).toEqual([
      ['by-job', ['job']],
      ['here', []],
    ]);
  });

  test('nothing for a warning, which pages nobody either (A3)', () => {
    const rule = aRule({ alert: 'Slow', severity: 'warning', labels: { severity: 'warning' } });
    const [explained] = explainRules(aCatalog(aSystem({ rules: [rule] })), 'Slow');
    expect(explained).toMatchObject({ recoveries: [], pages: [] });
  });
});
