import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from '../../../../../shared/promql/parse.ts';
import type {
  CompiledRule,
  CompiledSystem,
  Severity,
} from '../../../../../shared/domain/catalog/compiled.ts';
import type { PlacedWidget } from '../../../../../shared/domain/dashboard/body.ts';
import { systemDashboard, type DashboardPlace } from '../../../../../shared/domain/dashboard/dashboard.ts';
import { aRule, aService, aSystem } from '../../../../builders/catalog.ts';

/** V1: a page for each system, made of its catalog. */

const ARN = 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:';
const PLACE: DashboardPlace = {
  region: 'eu-west-1',
  alarmArnBase: ARN,
  selfAlarms: ['homeostat.self-homeostat-escalate-silent'],
  mostChars: 650_000,
};
const OWN = '"@resource.homeostat.system"="shop"';

const widgetsOf = (system: CompiledSystem, over: Partial<DashboardPlace> = {}): readonly PlacedWidget[] =>
  systemDashboard(system, { ...PLACE, ...over }).widgets;
const titled = (widgets: readonly PlacedWidget[], title: string): PlacedWidget | undefined =>
  widgets.find(({ properties }) => properties['title'] === title);
const queriesIn = ({ properties }: PlacedWidget): string[] =>
  ((properties['data'] as { queries: { query: string }[] } | undefined)?.queries ?? []).map(
    ({ query }) => query,
  );
const reading = (...metrics: string[]): CompiledRule =>
  aRule({ reads: metrics.map((metric) => ({ metric, absent: false })) });

const scraped = aService('checkout', { scrape: { kind: 'static', urls: ['http://checkout.test/metrics'] } });
const shop = aSystem({ services: { checkout: scraped } });

test('health, processes and ECS tasks are shown of every system that has them', () => {
  const widgets = widgetsOf(shop);
  expect(widgets.flatMap(queriesIn)).toEqual(
    expect.arrayContaining([
      `min by (job) (up{${OWN}})`,
      `min by (job) (probe_success{${OWN}})`,
      `sum by (job, instance) (rate(process_cpu_seconds_total{${OWN}}[5m]))`,
      `sum by (job, instance) (process_resident_memory_bytes{${OWN}})`,
    ]),
  );
  expect(titled(widgets, 'ECS CPUUtilization (%)')?.properties['metrics']).toEqual([
    ['AWS/ECS', 'CPUUtilization', 'ClusterName', 'shop', 'ServiceName', 'checkout'],
  ]);
});

test('a cluster given by ARN is shown by its name', () => {
  const ecs = { cluster: 'arn:aws:ecs:eu-west-1:111122223333:cluster/bank', service: 'accounts' };
  const widgets = widgetsOf(aSystem({ services: { accounts: aService('accounts', { ecs }) } }));
  expect(titled(widgets, 'ECS MemoryUtilization (%)')?.properties['metrics']).toEqual([
    ['AWS/ECS', 'MemoryUtilization', 'ClusterName', 'bank', 'ServiceName', 'accounts'],
  ]);
});

test('of a system without services, rules and metrics there is still a page', () => {
  const widgets = widgetsOf(aSystem({ services: {}, rules: [], recoveries: [] }));
  expect(widgets.flatMap(queriesIn)).toEqual([]);
  expect(widgets.filter(({ type }) => type === 'alarm')).toHaveLength(1);
});

test.each([
  ['http_requests_total', 'Requests', [`sum by (job) (rate(http_requests_total{${OWN}}[5m]))`]],
  ['payment_errors_total', 'Errors', [`sum by (job) (rate(payment_errors_total{${OWN}}[5m]))`]],
  [
    'http_request_duration_seconds_bucket',
    'Latency',
    ['0.5', '0.95', '0.99'].map(
      (q) =>
        `histogram_quantile(${q}, sum by (job, le) (rate(http_request_duration_seconds_bucket{${OWN}}[5m])))`,
    ),
  ],
  ['orders_total', 'Key operations', [`sum by (job) (rate(orders_total{${OWN}}[5m]))`]],
  ['user_logins_total', 'User activity', [`sum by (job) (rate(user_logins_total{${OWN}}[5m]))`]],
  ['active_sessions', 'User activity', [`sum by (job) (active_sessions{${OWN}})`]],
  ['disk_free_bytes', 'Capacity', [`max by (job) (disk_free_bytes{${OWN}})`]],
])('%s stands under %s, by its name alone', (metric, topic, queries) => {
  for (const system of [
    aSystem({ services: {}, rules: [reading(metric)] }),
    aSystem({ services: {}, rules: [], dashboard: [metric] }),
  ]) {
    const widgets = widgetsOf(system);
    const heading = widgets.findIndex(({ properties }) => properties['markdown'] === `## ${topic}`);
    const chart = widgets[heading + 1];
    expect(chart && queriesIn(chart)).toEqual(queries);
  }
});

test('a metric whose name says nothing has no panel, and no heading without a panel', () => {
  const widgets = widgetsOf(aSystem({ services: {}, rules: [], dashboard: ['mood'] }));
  expect(widgets.flatMap(queriesIn)).toEqual([]);
  expect(widgets.map(({ properties }) => properties['markdown'])).not.toContain('## Capacity');
});

test('where a rule says how failures are marked, their share of all requests is shown', () => {
  const query = 'rate(http_requests_total{status=~"5..", "@resource.homeostat.system"="shop"}[1m]) > 1';
  const rule = aRule({ query, reads: [{ metric: 'http_requests_total', absent: false }] });
  expect(widgetsOf(aSystem({ rules: [rule] })).flatMap(queriesIn)).toContain(
    `sum by (job) (rate(http_requests_total{status=~"5..",${OWN}}[5m])) / sum by (job) (rate(http_requests_total{${OWN}}[5m]))`,
  );
});

test('every rule is drawn with its threshold, the most severe first', () => {
  const severities: Severity[] = ['info', 'critical', 'warning', 'high'];
  const rules = severities.map((severity) =>
    aRule({ severity, alert: `A${severity}`, alarmName: `homeostat-shop-${severity}`, query: 'up < 1' }),
  );
  const widgets = widgetsOf(aSystem({ rules }));
  const titles = widgets
    .map(({ properties }) => String(properties['title']))
    .filter((title) => / A/.test(title));
  expect(titles).toEqual(['critical Acritical', 'high Ahigh', 'warning Awarning', 'info Ainfo']);
  expect(titled(widgets, 'high Ahigh')?.properties['plotOptions']).toMatchObject({
    annotations: { horizontal: [{ type: 'static', value: 1, fill: 'below', label: 'fires below 1' }] },
  });
});

test('the alarms of the system and of Homeostat stand in lists of at most a hundred', () => {
  const rules = Array.from({ length: 250 }, (_, at) => aRule({ alarmName: `homeostat-shop-${String(at)}` }));
  const lists = widgetsOf(aSystem({ rules }))
    .filter(({ type }) => type === 'alarm')
    .map(({ properties }) => properties['alarms'] as string[]);
  expect(lists.map((list) => list.length)).toEqual([100, 100, 50, 1]);
  expect(lists.at(-1)).toEqual([`${ARN}homeostat.self-homeostat-escalate-silent`]);
  expect(new Set(lists.flat()).size).toBe(251);
});

test('600 rules fit: at most 500 widgets, and a text says how many have no chart', () => {
  const rules = Array.from({ length: 600 }, (_, at) => aRule({ alarmName: `homeostat-shop-${String(at)}` }));
  const widgets = widgetsOf(aSystem({ rules }));
  const charts = widgets.filter(({ properties }) => properties['title'] === 'critical ServiceDown').length;
  expect(widgets.length).toBeLessThanOrEqual(500);
  expect(charts).toBeGreaterThan(400);
  expect(widgets.map(({ properties }) => properties['markdown'])).toContain(
    `${String(600 - charts)} more rules have no chart here; their alarms stand at the top.`,
  );
});

test('a body stays within its limit of characters, the least severe rules giving way', () => {
  const rules = (['info', 'critical'] as const).flatMap((severity) =>
    Array.from({ length: 20 }, (_, at) =>
      aRule({ severity, alarmName: `homeostat-shop-${severity}${String(at)}` }),
    ),
  );
  const body = systemDashboard(aSystem({ rules }), { ...PLACE, mostChars: 20_000 });
  expect(JSON.stringify(body).length).toBeLessThanOrEqual(20_000);
  const titles = body.widgets.map(({ properties }) => String(properties['title']));
  const shown = (severity: string): number =>
    titles.filter((title) => title === `${severity} ServiceDown`).length;
  expect(shown('critical')).toBe(20);
  expect(shown('info')).toBeLessThan(20);
});

test('whatever the metrics are called: every query is PromQL of this system, and no widgets overlap', () => {
  const names = fc.array(fc.stringMatching(/^[a-z_:]{1,12}(?:_total|_seconds_bucket|_bytes|_users)?$/), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(names, (dashboard) => {
      const widgets = widgetsOf({ ...shop, dashboard });
      for (const query of widgets.flatMap(queriesIn)) {
        expect(parse(query).ok, query).toBe(true);
        expect(query).toContain(OWN);
      }
      const cells = widgets.flatMap(({ x, y, width, height }) =>
        Array.from(
          { length: width * height },
          (_, at) => `${String(x + (at % width))}/${String(y + Math.floor(at / width))}`,
        ),
      );
      expect(new Set(cells).size).toBe(cells.length);
      for (const { x, width } of widgets) expect(x + width).toBeLessThanOrEqual(24);
    }),
    { numRuns: 30 },
  );
});
