import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAlarmEvent } from '../../../../../shared/adapters/cloudwatch/alarm-event.ts';
import { anAlarmAction, anAlarmEvent } from '../../../../builders/alarm-events.ts';

/**
 * One file for every shape that the manuals show ("Alarm events and EventBridge", "Invoke a Lambda function
 * from an alarm", "Alarm tags in action payloads"). The PromQL ones follow the manuals' rules, of which they
 * show no example: no reason, contributor level (docs/assumptions.md).
 */
const FOLDER = join(import.meta.dirname, '../../../../events');
const files = readdirSync(FOLDER);
const load = (file: string): unknown => JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));

test('there are events on record', () => {
  expect(files.length).toBeGreaterThanOrEqual(22);
});

test.each(files)('%s is understood, for ever', (file) => {
  const read = readAlarmEvent(load(file));
  expect(read).toMatchObject({ ok: true });
  const isContributor = file.startsWith('contributor-') || file === 'action-promql-assumed.json';
  if (read.ok) expect(read.event.about).toBe(isContributor ? 'contributor' : 'alarm');
});

describe('what is read', () => {
  test('a contributor: alarm, attributes, value and time', () => {
    expect(readAlarmEvent(load('contributor-promql.json'))).toEqual({
      ok: true,
      event: {
        about: 'contributor',
        alarm: 'homeostat-shop-shop-ServiceDown-0a1b2c3d',
        attributes: {
          '@resource.homeostat.system': 'shop',
          '@resource.service.name': 'inventory',
          __name__: 'up',
          instance: '10.0.0.7:80',
          job: 'inventory',
        },
        value: 'ALARM',
        atMs: Date.parse('2026-03-01T02:00:41.012Z'),
      },
    });
  });

  test('the same contributor by both roads is the same event', () => {
    expect(readAlarmEvent(load('action-promql-assumed.json'))).toEqual(
      readAlarmEvent(load('contributor-promql.json')),
    );
  });

  test('INSUFFICIENT_DATA is no alarm', () => {
    expect(readAlarmEvent(load('alarm-insufficient-data.json'))).toMatchObject({ event: { value: 'OK' } });
  });

  test('being muted changes nothing: CloudWatch mutes its own actions, we have silences', () => {
    expect(readAlarmEvent(load('contributor-promql-muted.json'))).toEqual(
      readAlarmEvent(load('contributor-promql.json')),
    );
  });

  test.each([
    ['2023-08-04T12:36:15.490+0000', '2023-08-04T12:36:15.490Z'],
    ['2023-08-04T12:36:15.490-0730', '2023-08-04T20:06:15.490Z'],
    ['2023-08-04T12:36:15Z', '2023-08-04T12:36:15.000Z'],
  ])('the time %s', (timestamp, iso) => {
    const event = anAlarmEvent({ alarm: 'a', value: 'OK', atMs: 0 });
    const read = readAlarmEvent({ ...event, detail: { alarmName: 'a', state: { value: 'OK', timestamp } } });
    expect(read).toMatchObject({ ok: true, event: { atMs: Date.parse(iso) } });
  });
});

describe('what is refused says why', () => {
  const contributor = anAlarmEvent({ alarm: 'a', attributes: {}, value: 'ALARM', atMs: 0 });
  test.each([
    ['text', 'not JSON', 'expected object'],
    ['a contributor without a name', { ...contributor, detail: {} }, 'detail.alarmName'],
    [
      'a value that is none',
      anAlarmEvent({ alarm: 'a', attributes: {}, value: 'MAYBE' as 'OK', atMs: 0 }),
      'detail.state.value',
    ],
    [
      'a time that is none',
      {
        ...contributor,
        detail: { alarmName: 'a', alarmContributor: {}, state: { value: 'OK', timestamp: 'x' } },
      },
      'expected a time like 2023-08-04T12:36:15.490+0000, found "x"',
    ],
    [
      'a change of configuration',
      { ...contributor, 'detail-type': 'CloudWatch Alarm Configuration Change' },
      'detail-type',
    ],
    [
      'an action without data',
      { ...anAlarmAction({ alarm: 'a', value: 'OK', atMs: 0 }), alarmData: 1 },
      'alarmData',
    ],
  ])('%s', (_, event, reason) => {
    const read = readAlarmEvent(event);
    expect(read.ok).toBe(false);
    if (!read.ok) expect(read.reason).toContain(reason);
  });

  test('nothing makes it throw', () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        expect(readAlarmEvent(anything)).toHaveProperty('ok');
      }),
    );
  });
});
