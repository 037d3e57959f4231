import { expect, test } from 'vitest';
import { check } from '../../shared/promql/check.ts';
import { theFleet } from './fleet-catalog.ts';
import { synthesized } from './synthesized.ts';

/** V1: what is deployed of the dashboards; what is on them is tested beside systemDashboard. */

const fleet = theFleet();
const app = synthesized(fleet);
const dashboards = app.of('AWS::CloudWatch::Dashboard').map(({ properties }) => properties);

interface Body {
  readonly widgets: readonly {
    readonly type: string;
    readonly properties: Readonly<Record<string, unknown>>;
  }[];
}
const bodyOf = (dashboard: Readonly<Record<string, unknown>>): Body =>
  JSON.parse(String(dashboard['DashboardBody'])) as Body;
const alarmsOn = (body: Body): string[] =>
  body.widgets
    .filter(({ type }) => type === 'alarm')
    .flatMap(({ properties }) => properties['alarms'] as string[])
    .map((arn) => arn.replace(/^arn:aws:cloudwatch:eu-west-1:111122223333:alarm:/, ''));

test('every system has a dashboard, named with the Region: dashboards are one list for all Regions', () => {
  expect(dashboards.map(({ DashboardName }) => DashboardName)).toEqual(
    Object.keys(fleet.systems).map((system) => `homeostat-${system}-eu-west-1`),
  );
});

test('every alarm that is deployed stands on a dashboard of its system, and those on Homeostat on all', () => {
  const deployed = app.of('AWS::CloudWatch::Alarm').map(({ properties }) => String(properties['AlarmName']));
  const self = deployed.filter((name) => name.startsWith('homeostat.self-'));
  for (const [at, system] of Object.values(fleet.systems).entries()) {
    const shown = alarmsOn(bodyOf(dashboards[at] ?? {}));
    expect(shown.toSorted()).toEqual([...system.rules.map(({ alarmName }) => alarmName), ...self].toSorted());
  }
});

test('charts and graphs ask in the Region of the deployment', () => {
  const regions = dashboards.flatMap((dashboard) =>
    bodyOf(dashboard)
      .widgets.filter(({ type }) => type === 'chart' || type === 'metric')
      .map(({ properties }) => properties['region']),
  );
  expect(new Set(regions)).toEqual(new Set(['eu-west-1']));
});

test('whatever is drawn, CloudWatch could also alarm on: PromQL that gives series', () => {
  const queries = dashboards.flatMap((dashboard) =>
    bodyOf(dashboard).widgets.flatMap(
      ({ properties }) => (properties['data'] as { queries: { query: string }[] } | undefined)?.queries ?? [],
    ),
  );
  expect(queries.length).toBeGreaterThan(20);
  for (const { query } of queries) expect(check(query), query).toMatchObject({ ok: true, type: 'vector' });
});
