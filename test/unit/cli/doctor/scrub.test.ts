import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordEvents } from '../../../../cli/doctor/scrub.ts';
import { readAlarmEvent } from '../../../../shared/adapters/cloudwatch/alarm-event.ts';

const FOLDER = join(import.meta.dirname, '../../../events');
const load = (file: string) =>
  readFileSync(join(FOLDER, file), 'utf8')
    .replaceAll('123456789012', '998877665544')
    .replaceAll('homeostat-shop-shop-ServiceDown-0a1b2c3d', 'homeostat.doctor-1a2b3c4d')
    .replaceAll('00000000-aaaa', '13579bdf-aaaa');
const SHAPES = ['contributor-promql', 'contributor-promql-ok', 'alarm-promql', 'alarm-promql-ok'];
const events = SHAPES.map((name) => JSON.parse(load(`${name}.json`)) as unknown);

test('one test event is made of each kind and state, and is understood', () => {
  const recorded = recordEvents([...events, ...events], 'homeostat.doctor-1a2b3c4d');
  expect(recorded.map(({ file }) => file)).toEqual([
    'contributor-promql-recorded-alarm.json',
    'contributor-promql-recorded-ok.json',
    'alarm-promql-recorded-alarm.json',
    'alarm-promql-recorded-ok.json',
  ]);
  for (const { text } of recorded) expect(readAlarmEvent(JSON.parse(text))).toMatchObject({ ok: true });
});

test('no account, event id or name of the owner is left, what else there is stays', () => {
  const [first] = recordEvents(events, 'homeostat.doctor-1a2b3c4d');
  expect(first?.text).not.toMatch(/998877665544|doctor|13579bdf/);
  expect(first?.text).toContain('"id": "1d502278dcd546a1"');
  expect(first?.text).toContain('"instance": "10.0.0.7:80"');
});

test('an event without anything that is known is kept too', () => {
  expect(recordEvents([{ surprise: true }], 'a')).toEqual([
    { file: 'alarm-promql-recorded-ok.json', text: '{\n  "surprise": true\n}\n' },
  ]);
});
