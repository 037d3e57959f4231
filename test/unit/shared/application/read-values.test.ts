import { describe, expect, test } from 'vitest';
import { withValues } from '../../../../shared/application/read-values.ts';
import { alertOf } from '../../../../shared/domain/alert/alert.ts';
import type { Input } from '../../../../shared/domain/incident/inputs.ts';
import { EMPTY_STATE, type SystemState } from '../../../../shared/domain/incident/state.ts';
import type { SeriesValue } from '../../../../shared/ports/series.ts';
import { aRule, aSystem } from '../../../builders/catalog.ts';
import { anIncident, anIncidentAlert } from '../../../builders/incident.ts';
import { FakeClock } from '../../../fakes/fake-clock.ts';
import { FakeLog } from '../../../fakes/fake-log.ts';

const NOW = 1_000_000;
const rule = aRule({ alarmName: 'full', query: 'use > 0.9', annotations: { summary: '{{ $value }}' } });
const other = aRule({ alarmName: 'down', query: 'up == 0', annotations: { summary: 'down' } });
const system = aSystem({ rules: [rule, other] });
const at = (instance: string) => ({ job: 'inventory', instance });
const signal = (alarm: string, instance: string, over: object = {}): Input => ({
  type: 'alarm-signal',
  alarm,
  attributes: at(instance),
  value: 'ALARM',
  atMs: NOW,
  ...over,
});

async function run(
  inputs: readonly Input[],
  answer: (query: string, atMs: number | undefined) => Promise<readonly SeriesValue[]>,
  state: SystemState = EMPTY_STATE,
) {
  const [clock, log] = [new FakeClock(NOW), new FakeLog()];
  const asked: [string, number | undefined][] = [];
  const series = {
    instant: (query: string, atMs?: number) => {
      asked.push([query, atMs]);
      return answer(query, atMs);
    },
  };
  const valued = await withValues({ clock, log, series }, system, state, inputs);
  return { valued, asked, log };
}
const measured = (instance: string, value: number): SeriesValue => ({
  labels: { ...at(instance), '@resource.homeostat.system': 'shop', __name__: 'use' },
  value,
  atMs: NOW,
});

describe('the values of alerts that begin to fire', () => {
  test('are asked for once a rule, at the time of its event, and put to their contributors', async () => {
    const inputs = [signal('full', 'a'), signal('full', 'b'), signal('down', 'a')];
    const { valued, asked } = await run(inputs, async () => [measured('a', 0.95), measured('b', 0.99)]);
    expect(asked).toEqual([['use > 0.9', NOW]]);
    expect(valued).toMatchObject([{ measured: 0.95 }, { measured: 0.99 }, { alarm: 'down' }]);
    expect(valued[2]).not.toHaveProperty('measured');
  });

  test('also of an alarm that was read', async () => {
    const truth: Input = {
      type: 'alarm-truth',
      alarm: 'full',
      atMs: NOW,
      firing: [{ attributes: at('a'), sinceMs: NOW - 5 }],
      isComplete: true,
      evidence: {},
      evidenceForRest: { isFresh: true, because: '' },
    };
    const { valued } = await run([truth], async () => [measured('a', 0.95)]);
    expect(valued).toMatchObject([{ firing: [{ measured: 0.95 }] }]);
  });

  test('of what is known already, or calms down, nobody asks', async () => {
    const alert = anIncidentAlert(alertOf(rule, at('a')));
    const incident = anIncident({ alerts: { [alert.key]: alert } });
    const state = { ...EMPTY_STATE, incidents: { [incident.id]: incident } };
    const inputs = [signal('full', 'a'), signal('full', 'b', { value: 'OK' }), { type: 'tick' } as const];
    const { valued, asked } = await run(inputs, async () => [measured('a', 1)], state);
    expect([asked, valued]).toEqual([[], inputs]);
  });

  test('if CloudWatch refuses, or does not answer within a second, the alerts are told without', async () => {
    const inputs = [signal('full', 'a')];
    const refused = await run(inputs, () => Promise.reject(new Error('Throttling')));
    expect([refused.valued, refused.log.lines[0]?.fields?.['error']]).toEqual([inputs, 'Error: Throttling']);
    const late = await run(inputs, () => new Promise(() => undefined));
    expect([late.valued, late.log.lines[0]?.fields?.['error']]).toEqual([inputs, 'no answer within 1000 ms']);
  });
});
