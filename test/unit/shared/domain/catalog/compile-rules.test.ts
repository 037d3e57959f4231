import { describe, expect, test } from 'vitest';
import { compiled, rulesFile, SYSTEM, told } from './catalog-folder.ts';

const rulesOf = (text: string) => compiled({ 'shop/rules.yaml': text }).systems['shop']?.rules ?? [];

const ONE = 'expr: up == 0\nlabels: {severity: critical}';

describe('a rule file becomes alarms (A1)', () => {
  test('an alert with everything it may have', () => {
    const [rule] = rulesOf(`groups:
  - name: web
    interval: 20s
    labels: {team: shop}
    rules:
      - alert: Slow
        expr: histogram_quantile(0.95, sum by (le) (rate(latency_bucket{job="web"}[5m]))) > 1
        for: 1m30s
        keep_firing_for: 5m
        labels: {severity: P1, service: web, tier: 1}
        annotations: {summary: "{{ $value }} s", runbook:}
`);
    expect(rule).toEqual({
      alarmName: expect.stringMatching(/^homeostat-shop-web-Slow-[0-9a-f]{8}$/) as string,
      system: 'shop',
      file: 'shop/rules.yaml',
      group: 'web',
      alert: 'Slow',
      severity: 'high',
      service: 'web',
      expr: 'histogram_quantile(0.95, sum by (le) (rate(latency_bucket{job="web"}[5m]))) > 1',
      query:
        'histogram_quantile(0.95, sum by (le) (rate(latency_bucket{job="web","@resource.homeostat.system"="shop"}[5m]))) > 1',
      pendingS: 90,
      recoveryS: 300,
      everyS: 20,
      labels: { team: 'shop', severity: 'high', service: 'web', tier: '1' },
      annotations: { summary: '{{ $value }} s', runbook: '' },
      reads: [
        {
          metric: 'latency_bucket',
          absent: false,
          carries: { kind: 'only', names: [] },
          of: { job: 'web' },
        },
      ],
    });
  });

  test('a file of a system without recoveries may be empty', () => {
    expect(rulesOf('groups:\n')).toEqual([]);
    expect(rulesOf('groups:\n  - name: g\n    rules:\n')).toEqual([]);
  });

  test('what is read is listed once for each way of reading it', () => {
    const [rule] = rulesOf(
      rulesFile(
        'alert: A\nexpr: up == 0 or up == 2 or absent(up) or {"http.errors"} > 1\nlabels: {severity: info}',
      ),
    );
    expect(rule?.reads).toEqual([
      { metric: 'up', absent: false },
      { metric: 'up', absent: true },
      { metric: 'http.errors', absent: false },
    ]);
  });

  test('where two services are joined, what each of them hands on to the alert is told', () => {
    const [rule] = rulesOf(
      rulesFile(
        'alert: A\nexpr: lag{job="db"} > on(shard) group_left limit{job="config"}\nlabels: {severity: info}',
      ),
    );
    expect(rule?.reads).toEqual([
      { metric: 'lag', absent: false, of: { job: 'db' } },
      {
        metric: 'limit',
        absent: false,
        carries: { kind: 'only', names: ['shard'] },
        of: { job: 'config' },
      },
    ]);
  });

  test('an alarm asks at one time, so step() and range() are nothing to it', () => {
    const alert = (expr: string): string => rulesFile(`alert: A\nexpr: ${expr}\nlabels: {severity: info}`);
    const [rule] = rulesOf(alert('up offset range() == 0'));
    expect(rule?.query).toBe('up{"@resource.homeostat.system"="shop"} offset 0s == 0');
    expect(told({ 'shop/rules.yaml': alert('rate(x[step()]) > 0') })).toBe(
      'shop/rules.yaml:6:22: PromQL: duration must be greater than 0',
    );
  });

  test('the name changes with expression and labels only', () => {
    const nameOf = (rule: string): string => rulesOf(rulesFile(rule))[0]?.alarmName ?? '';
    const name = nameOf(`alert: A\n${ONE}`);
    expect(nameOf(`alert: A\n${ONE}\nfor: 5m\nannotations: {a: b}`)).toBe(name);
    expect(nameOf(`alert: A\nexpr: up == 1\nlabels: {severity: critical}`)).not.toBe(name);
    expect(nameOf(`alert: A\nexpr: up == 0\nlabels: {severity: high}`)).not.toBe(name);
  });
});

describe('recording rules are put where they are read', () => {
  test('also in each other, in ranges, and with their labels', () => {
    const [rule] = rulesOf(
      rulesFile(
        'record: job:errors\nexpr: sum by (job) (rate(errors[1m]))\nlabels: {unit: $1}',
        'record: job:share\nexpr: job:errors / 10',
        'alert: A\nexpr: max_over_time(job:share[5m]) > 1\nlabels: {severity: info}',
      ),
    );
    expect(rule?.query).toBe(
      'max_over_time(((label_replace(sum by (job) (rate(errors{"@resource.homeostat.system"="shop"}[1m])), "unit", "$$1", "", "")) / 10)[5m:]) > 1',
    );
    expect(rule?.reads).toEqual([
      { metric: 'errors', absent: false, carries: { kind: 'only', names: ['job'] } },
    ]);
  });

  test('a recorded number is a vector, as Prometheus records it', () => {
    const [rule] = rulesOf(
      rulesFile('record: limit\nexpr: 5', 'alert: A\nexpr: load > on() limit\nlabels: {severity: info}'),
    );
    expect(rule?.query).toBe('load{"@resource.homeostat.system"="shop"} > on () (vector(5))');
  });

  test('a name that several rules record has the series of all; a selector takes those that fit', () => {
    const [all, read] = rulesOf(
      rulesFile(
        'record: burnrate\nexpr: sum by (job) (rate(a[1h]))\nlabels: {verb: read}',
        'record: burnrate\nexpr: sum by (job) (rate(b[1h]))\nlabels: {verb: write}',
        'alert: All\nexpr: sum by (verb) (burnrate) > 1\nlabels: {severity: info}',
        'alert: Read\nexpr: burnrate{verb=~"re.*",job="api"} > 1\nlabels: {severity: info}',
      ),
    );
    const rate = (metric: string, of = ''): string =>
      `sum by (job) (rate(${metric}{${of}"@resource.homeostat.system"="shop"}[1h]))`;
    expect(all?.query).toBe(
      `sum by (verb) ((label_replace(${rate('a')}, "verb", "read", "", "") or (label_replace(${rate('b')}, "verb", "write", "", "")))) > 1`,
    );
    expect(read?.query).toBe(`(label_replace(${rate('a', 'job="api",')}, "verb", "read", "", "")) > 1`);
    expect(read?.reads).toEqual([
      { metric: 'a', absent: false, carries: { kind: 'only', names: ['job'] }, of: { job: 'api' } },
    ]);
  });

  test('what cannot be put in is told where it stands', () => {
    const text = rulesFile(
      'record: r:a\nexpr: r:b',
      'record: r:b\nexpr: sum(r:a)',
      'record: r:c\nexpr: sum by (job) (x)',
      'record: r:c\nexpr: sum by(job)(x)',
      'record: r:d\nexpr: sum(r:c{path="b"})',
      'alert: G\nexpr: up + r:c{path="x"} > 1\nlabels: {severity: p1}',
    );
    expect(told({ 'shop/rules.yaml': text })).toMatchInlineSnapshot(`
      "shop/rules.yaml:6:15: recording rules read each other in a circle (r:a -> r:b -> r:a); CloudWatch keeps no recorded series to read
      shop/rules.yaml:14:19: recorded metric "r:c" has no series with path="b": its rules give these labels other values
      shop/rules.yaml:16:20: recorded metric "r:c" has no series with path="x": its rules give these labels other values
      shop/rules.yaml:11:17: warning: "r:c" is recorded twice with the same expression and labels (also in shop/rules.yaml, group "g")"
    `);
  });

  test('one that no rule reads gets a warning', () => {
    const text = rulesFile('record: r:a\nexpr: sum(x)', `alert: A\n${ONE}`);
    expect(told({ 'shop/rules.yaml': text })).toMatchInlineSnapshot(
      `"shop/rules.yaml:5:17: warning: no rule reads "r:a", so nothing comes of it: CloudWatch keeps no recorded series"`,
    );
  });
});

describe('errors in rules', () => {
  test('of PromQL, at their character: plain, quoted, block, folded', () => {
    const text = rulesFile(
      'alert: Plain\nexpr: up = 0\nlabels: {severity: critical}',
      'alert: Double\nexpr: "up{job=\\"a\\"} + rat(x[5m]) > 0"\nlabels: {severity: critical}',
      "alert: Single\nexpr: 'it''s'\nlabels: {severity: critical}",
      'alert: Block\nexpr: |\n  sum(rate(foo[5m]))\n    /\n  sum(foo[5m])\nlabels: {severity: critical}',
      'alert: Folded\nexpr: >-\n  sum(foo)\n  by (a) + (b\nlabels: {severity: critical}',
    );
    expect(told({ 'shop/rules.yaml': text })).toMatchInlineSnapshot(`
      "shop/rules.yaml:6:18: PromQL: unexpected "="
      shop/rules.yaml:9:32: PromQL: unknown function with name "rat"
      shop/rules.yaml:12:18: PromQL: unterminated quoted string
      shop/rules.yaml:18:15: PromQL: expected type instant vector in aggregation expression, got range vector
      shop/rules.yaml:23:22: PromQL: unclosed left parenthesis"
    `);
  });

  test('of what CloudWatch takes (notes/aws.md, section 9)', () => {
    const long = Array.from({ length: 200 }, (_, index) => `a_metric_with_a_name_${index}`).join(' + ');
    const text = rulesFile(
      'alert: NoMetric\nexpr: \'up == 0 and {job="x"} == 0\'\nlabels: {severity: critical}',
      'alert: Number\nexpr: 1 > bool 0\nlabels: {severity: critical}',
      'alert: Range\nexpr: foo[5m]\nlabels: {severity: critical}',
      `alert: Long\nexpr: ${long}\nlabels: {severity: critical}`,
      'alert: For\nexpr: up == 0\nfor: 2d\nkeep_firing_for: 1d1s\nlabels: {severity: critical}',
      'alert: Watchdog\nexpr: vector(1)\nfor: 1500ms\nlabels: {severity: critical}',
      'alert: Info\nexpr: sum(info(up)) == 0\nlabels: {severity: critical}',
      'alert: Far\nexpr: max_over_time(rate(x[1h])[6d:1h] offset 1d) > 1\nlabels: {severity: critical}',
      'alert: Near\nexpr: max_over_time(rate(x[1h])[6d:1h] offset 23h) > 1\nlabels: {severity: critical}',
    );
    expect(told({ 'shop/rules.yaml': text })).toMatchInlineSnapshot(`
      "shop/rules.yaml:6:28: this selector names no metric, which CloudWatch refuses; put a name before the braces
      shop/rules.yaml:9:15: the expression gives one number, expected series; compare a metric with a number, such as up == 0
      shop/rules.yaml:12:15: the expression gives a range of samples, expected series; take rate(...) or the like of it
      shop/rules.yaml:15:15: the query has 12687 characters (confined to the system), expected at most 10000; CloudWatch takes no more
      shop/rules.yaml:19:14: found 2d, expected at most 1d; CloudWatch takes no more
      shop/rules.yaml:20:26: found 1d1s, expected at most 1d; CloudWatch takes no more
      shop/rules.yaml:27:19: info() reads the target_info of every system, and nothing can confine it; join it with group_left instead
      shop/rules.yaml:30:15: the query looks back 7d1h, expected at most 7d; CloudWatch looks no further
      shop/rules.yaml:23:15: warning: this rule reads no metric; CloudWatch may refuse it, and nothing can show that it still sees
      shop/rules.yaml:24:14: warning: 1.5s becomes 2s; CloudWatch takes whole seconds"
    `);
  });

  test('of labels', () => {
    const text = rulesFile(
      'alert: None\nexpr: up == 0',
      'alert: Wrong\nexpr: up == 0\nlabels: {severity: crit}',
      'alert: Name\nexpr: up == 0\nlabels: {severity: high, __name__: x}',
      'alert: Service\nexpr: up == 0\nlabels: {severity: high, service: wbe}',
      'alert: Template\nexpr: up == 0\nlabels: {severity: high, service: "{{ $labels.job }}"}',
    );
    expect(told({ 'shop/rules.yaml': text })).toMatchInlineSnapshot(`
      "shop/rules.yaml:5:16: "None" has no severity; add "labels: {severity: critical}" (or high, warning, info); or say what such rules are: "severities: {'': warning}" in organization.yaml, --severity =warning where rules are imported
      shop/rules.yaml:9:28: found severity "crit", expected one of: critical, high, warning, info, P0, P1, P2, P3; did you mean "critical"?
      shop/rules.yaml:12:34: the label "__name__" cannot be set on an alert
      shop/rules.yaml:15:43: warning: no service "wbe" in this system; did you mean "web"?"
    `);
  });

  test('of the shape of the file', () => {
    const text = `groups:
  - name: g
    interval: 45
    rules:
      - alert: A
        exprr: up == 0
        labels: {severity: high}
      - alert: B
        record: b
        expr: up == 0
      - record: c
        expr: sum(up)
        for: 1m
        annotations: {a: b}
      - expr: up
      - alert: D
        expr: up == 0
        for: 5 minutes
        labels: [severity]
  - name: g
    interval: 2h
    limit: many
`;
    expect(told({ 'shop/rules.yaml': text })).toMatchInlineSnapshot(`
      "shop/rules.yaml:3:15: found "45", expected a duration such as 30s, 10m or 1h30m (write the unit: "45s")
      shop/rules.yaml:6:9: unknown key "exprr"; did you mean "expr"?
      shop/rules.yaml:8:9: found both "alert" and "record", expected one of them
      shop/rules.yaml:8:16: "B" has no severity; add "labels: {severity: critical}" (or high, warning, info); or say what such rules are: "severities: {'': warning}" in organization.yaml, --severity =warning where rules are imported
      shop/rules.yaml:13:14: found "for" on a recording rule; only alerts have it
      shop/rules.yaml:14:22: found "annotations" on a recording rule; only alerts have it
      shop/rules.yaml:15:9: found neither "alert" nor "record", expected one of them
      shop/rules.yaml:18:14: found "5 minutes", expected a duration such as 30s, 10m or 1h30m
      shop/rules.yaml:19:17: found a list, expected a map (key: value)
      shop/rules.yaml:20:11: the group "g" stands twice in this file
      shop/rules.yaml:21:15: found 2h, expected at most 1h; CloudWatch evaluates every 10s, 20s, 30s or whole minutes up to 1h
      shop/rules.yaml:22:12: found "many", expected a whole number"
    `);
  });

  test('twins are one too many; the same name with other labels is not', () => {
    const text = rulesFile(
      `alert: A\n${ONE}`,
      `alert: A\n${ONE}`,
      'alert: A\nexpr: up == 0\nlabels: {severity: info}',
    );
    expect(told({ 'shop/rules.yaml': text })).toMatchInlineSnapshot(
      `"shop/rules.yaml:8:16: the alert "A" stands twice with the same expression and labels (also in shop/rules.yaml, group "g"); keep one"`,
    );
  });
});

test('a text that cannot be filled in is refused where it stands; a query in one is told of', () => {
  const text = rulesFile(
    `alert: A\n${ONE}\nannotations:\n  summary: 'at {{ $valu }}'\n  more: '{{ query "up" | first | value }}'`,
  );
  expect(told({ 'shop/rules.yaml': text })).toMatchInlineSnapshot(`
    "shop/rules.yaml:9:27: template: undefined variable "$valu"
    shop/rules.yaml:10:17: warning: a query in a text is not run here: it gives nothing; put it into the expression"
  `);
});

test('a group has at most 400 alerts, in however many files it is', () => {
  const group = (from: number, to: number) =>
    rulesFile(...Array.from({ length: to - from }, (_, at) => `alert: A${String(from + at)}\n${ONE}`));
  const files = (to: number) => ({ 'shop/a.yaml': group(0, 250), 'shop/b.yaml': group(250, to) });
  const system = {
    'shop/homeostat.yaml': SYSTEM.replace('[rules.yaml]', '[a.yaml, b.yaml]'),
    'shop/rules.yaml': undefined,
  };
  expect(told({ ...system, ...files(400) })).toBe('');
  expect(told({ ...system, ...files(401) })).toBe(
    'shop/b.yaml:2:11: the group "g" has 401 alerts, expected at most 400, what one stack of alarms holds; give part of it another name',
  );
});

test('what has no effect in CloudWatch gets a warning', () => {
  const text = `groups:
  - name: g
    interval: 45s
    query_offset: 1m
    limit: 10
    rules:
      - {alert: A, expr: up == 0, labels: {severity: P3}}
`;
  expect(told({ 'shop/rules.yaml': text })).toMatchInlineSnapshot(`
    "shop/rules.yaml:3:15: warning: 45s becomes 1m; CloudWatch evaluates every 10s, 20s, 30s or whole minutes up to 1h
    shop/rules.yaml:4:5: warning: without effect: CloudWatch evaluates at the present; write "offset" in the expressions instead
    shop/rules.yaml:5:5: warning: without effect: CloudWatch has a limit of its own, 100 alerts a rule"
  `);
});
