import * as z from 'zod';
import type { Kernel } from '../kernel/kernel.ts';
import type { Need, NeedsByOperation } from '../kernel/need.ts';

const ByName = z.looseObject({ AlarmName: z.string().optional() });
const ByNames = z.looseObject({ AlarmNames: z.array(z.string()).optional() });
const Dashboard = z.looseObject({ DashboardName: z.string() });
const Metrics = z.looseObject({ Namespace: z.string() });

/**
 * What each operation needs. What comes in over OTLP is authorised as PutMetricData, a PromQL query as
 * GetMetricData and ListMetrics (CloudWatch user guide, "PromQL querying").
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 */
export function cloudWatchNeeds({
  region,
  accountId,
}: Pick<Kernel, 'region' | 'accountId'>): NeedsByOperation {
  const alarm = (name: string): string => `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;
  // Without a name it is about all alarms.
  const onAlarm = (action: string) => (input: unknown) => [
    { action: `cloudwatch:${action}`, resource: alarm(ByName.parse(input).AlarmName ?? '*') },
  ];
  const onAlarms = (action: string) => (input: unknown) =>
    (ByNames.parse(input).AlarmNames ?? ['*']).map((name) => ({
      action: `cloudwatch:${action}`,
      resource: alarm(name),
    }));
  return {
    DescribeAlarms: onAlarms('DescribeAlarms'),
    DescribeAlarmContributors: onAlarm('DescribeAlarmContributors'),
    DescribeAlarmHistory: onAlarm('DescribeAlarmHistory'),
    SetAlarmState: onAlarm('SetAlarmState'),
    PutMetricAlarm: onAlarm('PutMetricAlarm'),
    DeleteAlarms: onAlarms('DeleteAlarms'),
    PutMetricData: (input: unknown) => [
      {
        action: 'cloudwatch:PutMetricData',
        resource: '*',
        context: { 'cloudwatch:namespace': Metrics.parse(input).Namespace },
      },
    ],
    // Dashboards belong to no Region.
    GetDashboard: (input: unknown) => [
      {
        action: 'cloudwatch:GetDashboard',
        resource: `arn:aws:cloudwatch::${accountId}:dashboard/${Dashboard.parse(input).DashboardName}`,
      },
    ],
    ListDashboards: () => [{ action: 'cloudwatch:ListDashboards', resource: '*' }],
    PutOtlpMetrics: () => [{ action: 'cloudwatch:PutMetricData', resource: '*' }],
    PromqlQuery: promql,
    PromqlQueryRange: promql,
    PromqlSeries: promql,
    PromqlLabels: promql,
    PromqlLabelValues: promql,
  };
}

function promql(): Need[] {
  return [
    { action: 'cloudwatch:GetMetricData', resource: '*' },
    { action: 'cloudwatch:ListMetrics', resource: '*' },
  ];
}
