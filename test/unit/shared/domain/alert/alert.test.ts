import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  alertKey,
  alertOf,
  isWorse,
  KEPT_CHARACTERS,
  serviceOf,
  worst,
} from '../../../../../shared/domain/alert/alert.ts';
import { aRule, aSystem } from '../../../../builders/catalog.ts';

const alarm = aRule().alarmName;

describe('identity', () => {
  test("what CloudWatch adds to a series' own labels does not count, nor does the metric's name", () => {
    const own = { job: 'inventory', instance: 'a:80' };
    const added = {
      ...own,
      __name__: 'up',
      '@resource.homeostat.system': 'shop',
      '@aws.account': '1',
      '@datapoint.@name': 'up',
    };
    expect(alertKey(alarm, added)).toBe(alertKey(alarm, own));
    expect(alertKey(alarm, own)).toMatch(/^homeostat-shop-shop-ServiceDown-0a1b2c3d#[0-9a-f]{16}$/);
  });

  test('another alarm, label or value is another alert', () => {
    const keys = [
      alertKey(alarm, { a: '1', b: '2' }),
      alertKey('other', { a: '1', b: '2' }),
      alertKey(alarm, { a: '1' }),
      alertKey(alarm, { a: '2', b: '1' }),
      alertKey(alarm, { a: '1", "b":"2' }),
      alertKey(alarm, {}),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('the order of labels does not count', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (labels) => {
        expect(alertKey(alarm, Object.fromEntries(Object.entries(labels).toReversed()))).toBe(
          alertKey(alarm, labels),
        );
      }),
    );
  });
});

describe('an alert', () => {
  test("has the rule's labels over the result's own, and the rule's name", () => {
    const rule = aRule({ labels: { severity: 'critical', job: 'from the rule' } });
    expect(alertOf(rule, { job: 'inventory', '@aws.region': 'x' })).toMatchObject({
      name: 'ServiceDown',
      severity: 'critical',
      attributes: { job: 'inventory' },
      labels: { severity: 'critical', job: 'from the rule', alertname: 'ServiceDown' },
    });
  });

  test.each([
    [{ summary: '{{ $labels.job }} on {{$labels.instance}}' }, 'inventory on a:80'],
    [{ description: 'no {{ $labels.zone }} known' }, 'no  known'],
    [{ summary: 'at {{ $value }} or {{ $value | humanize }}' }, 'at – or –'],
    [{ runbook: 'x' }, 'ServiceDown'],
    [{}, 'ServiceDown'],
  ])('fills in %j', (annotations, summary) => {
    expect(
      alertOf(aRule({ annotations }), {
        job: 'inventory',
        instance: 'a:80',
      }).summary,
    ).toBe(summary);
  });

  test('keeps the value, and says it; labels of the rule are filled in too', () => {
    const rule = aRule({
      labels: { severity: 'high', zone: '{{ $labels.job }}-{{ $value }}' },
      annotations: { summary: 'at {{ $value | humanizePercentage }}' },
    });
    expect(alertOf(rule, { job: 'inventory' }, 0.931)).toMatchObject({
      value: 0.931,
      summary: 'at 93.1%',
      labels: { zone: 'inventory-0.931', severity: 'high' },
    });
    expect(alertOf(rule, {}, Infinity)).not.toHaveProperty('value');
    expect(alertOf(rule, {}, Infinity).summary).toBe('at +Inf%');
    expect(alertOf(rule, {}, 1).key).toBe(alertOf(rule, {}, 2).key);
  });

  test('leaves out the longest labels when there are too many characters, and keeps its identity', () => {
    const attributes = { job: 'inventory', path: '/'.repeat(1_000), query: 'q'.repeat(1_024), zone: 'a' };
    const alert = alertOf(aRule({ annotations: { summary: 'x {{ $labels.query }}' } }), attributes);
    expect(alert.attributes).toEqual({ job: 'inventory', path: '/'.repeat(1_000), zone: 'a' });
    expect(alert.key).toBe(alertKey(alarm, attributes));
    expect(alert.summary).toHaveLength(500);
  });

  test('never keeps more than it may, whatever the labels', () => {
    const big = fc.dictionary(fc.string(), fc.string({ maxLength: 3_000 }), { maxKeys: 30 });
    fc.assert(
      fc.property(big, (labels) => {
        const { attributes } = alertOf(aRule(), labels);
        const characters = Object.entries(attributes).reduce((sum, [a, b]) => sum + a.length + b.length, 0);
        expect(characters).toBeLessThanOrEqual(KEPT_CHARACTERS);
      }),
    );
  });
});

test.each([
  [{ service: 'anything', job: 'inventory' }, 'anything'],
  [{ job: 'inventory' }, 'inventory'],
  [{ job: 'node-exporter' }, undefined],
  [{ job: 'constructor' }, undefined],
  [{}, undefined],
])('the service of %j is %s', (labels, service) => {
  expect(serviceOf(labels as Record<string, string>, aSystem())).toBe(service);
});

test('critical is worse than high, high than warning, warning than info', () => {
  expect(isWorse('critical', 'high')).toBe(true);
  expect(isWorse('info', 'info')).toBe(false);
  expect(worst('warning', 'high')).toBe('high');
  expect(worst('critical', 'info')).toBe('critical');
});

test('a label value cannot forge a line of a page or steer a terminal', () => {
  const rule = aRule({ annotations: { summary: 'says {{ $labels.msg }}' } });
  const { summary } = alertOf(rule, { msg: '\u001b]0;x\u0007\nAcknowledge: http://evil\u202e' });
  expect(summary).toBe('says  ]0;x Acknowledge: http://evil ');
});
