import { describe, expect, test } from 'vitest';
import { checkRuleFile } from '../../../../../shared/domain/rules/check-rule-file.ts';
import { knownMetrics } from '../../../../../shared/domain/rules/lint/known-metrics.ts';
import { parseExposition } from '../../../../../shared/domain/collection/exposition.ts';

/** A scrape with a counter, a gauge and a metric of 150 series. */
const KNOWN = knownMetrics([
  {
    ...parseExposition(
      `# TYPE orders_total counter
orders_total{code="200"} 5
orders_total{code="500"} 1
# TYPE queue gauge
queue{name="a"} 3
${Array.from({ length: 150 }, (_, index) => `wide{id="${index}",zone="${index % 3}"} 1`).join('\n')}
`,
    ),
    added: { job: 'shop', instance: 'a:80' },
  },
]);

/** What is said of one alert, without the place. */
function doubts(rule: object, known = true): string[] {
  const complete = { alert: 'A', for: '1m', labels: { severity: 'high' }, ...rule };
  const text = JSON.stringify({ groups: [{ name: 'g', rules: [complete] }] });
  const { problems } = checkRuleFile('r.yaml', new Map([['r.yaml', text]]), known ? KNOWN : undefined);
  return problems.map(({ severity, message }) => `${severity}: ${message}`);
}

describe('what is likely not meant', () => {
  test.each([
    [{ expr: 'rate(queue[5m]) > 1' }, 'rate() of the gauge queue'],
    [{ expr: 'deriv(orders_total[5m]) > 1' }, 'deriv() of the counter orders_total'],
    [{ expr: 'queue > 1', labels: {} }, '[severity]'],
    [{ expr: 'queue > 1', for: undefined }, '[for]'],
    [{ expr: 'queue{nam="a"} > 1' }, 'no scraped series of queue has the label "nam"'],
    [{ expr: 'queues > 1' }, 'no scraped target has the metric queues'],
    [
      {
        expr: 'rate(orders_total{code="500"}[5m]) / ignoring(code) sum without(code) (rate(orders_total[5m])) > 0.1',
      },
      'the divisor can be 0',
    ],
    [{ expr: 'queue / orders_total > 0.1' }, 'the divisor can be 0'],
    [{ expr: 'queue / max_over_time(rate(orders_total[5m])[1h:]) > 0.1' }, 'the divisor can be 0'],
    [{ expr: 'wide == 1' }, 'may give 150 results at once'],
    [{ expr: '{job="shop"} == 1' }, 'this selector names no metric'],
    [
      { expr: 'sum by (job) (queue) > 1', annotations: { summary: '{{ $labels.instance }}' } },
      '$labels.instance is always empty',
    ],
    [{ expr: `queue{name!="${'x'.repeat(10_000)}"} > 1` }, 'CloudWatch takes 10000'],
    [{ expr: 'increase(orders_total[30d]) > 1' }, 'looks back 30d, expected at most 7d'],
  ])('%j', (rule, expected) => {
    expect(doubts(rule)).toEqual([expect.stringContaining(expected)]);
    expect(doubts(rule)[0]).toMatch(/^warning: /);
  });

  test('a recorded rate can be 0, as its name says', () => {
    expect(doubts({ expr: 'queue / job:orders:rate5m > 0.1' }, false)).toEqual([
      expect.stringContaining('the divisor can be 0'),
    ]);
    expect(doubts({ expr: 'queue / job:orders:max > 0.1' }, false)).toEqual([]);
  });

  test('a name says whether it is a counter where nothing is known of its type', () => {
    expect(doubts({ expr: 'rate(temperature[5m]) > 1' }, false)).toEqual([
      expect.stringContaining('whose name is not that of a counter'),
    ]);
    expect(doubts({ expr: 'rate(x_total[5m]) > 1' }, false)).toEqual([]);
  });

  test.each([
    { expr: 'rate(orders_total[5m]) > 1' },
    { expr: 'delta(queue[5m]) > 1' },
    { expr: 'queue{name="a",gone=""} > 1' },
    { expr: 'queue{nam!="a"} > 1' },
    { expr: 'sum by (zone) (wide) > 1', annotations: { summary: '{{ $labels.zone }}' } },
    { expr: 'queue / 2 > 1' },
    { expr: 'queue / count(orders_total) > 1' },
    { expr: 'queue / queue > 1' },
    {
      expr: 'sum(rate(orders_total{code="500"}[5m])) / sum(rate(orders_total[5m])) > 0.1 and sum(rate(orders_total[5m])) > 0',
    },
    { expr: 'sum(rate(orders_total{code="500"}[5m])) / (sum(rate(orders_total[5m])) > 0) > 0.1' },
    { expr: 'sum(rate(orders_total{code="500"}[5m])) / clamp_min(sum(rate(orders_total[5m])), 1) > 0.1' },
    {
      expr: 'label_replace(sum(queue), "who", "$1", "x", ".*") > 1',
      annotations: { summary: '{{ $labels.who }}' },
    },
    {
      expr: 'queue * on(name) group_left(owner) (queue * 1) > 1',
      annotations: { summary: '{{ $labels.owner }} {{ $labels.instance }}' },
    },
    { expr: 'absent(queue{name="zzz"})', annotations: { summary: '{{ $labels.name }}' } },
  ])('nothing is said of %j', (rule) => {
    expect(doubts(rule)).toEqual([]);
  });
});

describe('what is wrong', () => {
  test.each([
    [{ expr: 'queue >' }, 'error: PromQL: '],
    [{ expr: 'queue[5m]' }, 'error: PromQL: the expression gives a matrix'],
    [
      { expr: 'queue > 1', annotations: { a: '{{ $label.x }}' } },
      'error: template: undefined variable "$label"',
    ],
    [
      { expr: 'queue > 1', annotations: { a: '{{ nothing }}' } },
      'error: template: function "nothing" not defined',
    ],
    [{ expr: 'queue > 1', annotations: { a: '{{ $value' } }, 'error: template: unclosed action'],
    [{ expr: 'queue > 1', unknown: 1 }, 'error: unknown key "unknown"'],
  ])('%j', (rule, expected) => {
    expect(doubts(rule)).toEqual([expect.stringContaining(expected)]);
  });

  test('a group or a rule that stands twice', () => {
    const rule = { alert: 'A', expr: 'queue > 1', for: '1m', labels: { severity: 'high' } };
    const group = { name: 'g', rules: [rule, rule] };
    const text = JSON.stringify({ groups: [group, { ...group, rules: [] }] });
    const { problems, rules } = checkRuleFile('r.yaml', new Map([['r.yaml', text]]), undefined);
    expect(rules).toBe(2);
    expect(problems.map(({ message }) => message)).toEqual([
      'groupname: "g" is repeated in the same file',
      'duplicate rule: A stands twice with the same labels; keep one',
    ]);
  });
});
