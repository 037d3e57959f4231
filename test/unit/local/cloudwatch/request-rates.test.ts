import { describe, expect, test } from 'vitest';
import {
  DISCOVERIES_PER_S,
  OPERATION_RATES,
  OTLP_REQUESTS_PER_S,
  QUERIES_PER_S,
} from '../../../../local/cloudwatch/request-rates.ts';
import { startCloud } from './cloud.ts';

const times = (count: number) => Array.from({ length: count });

describe('the rates of CloudWatch', () => {
  test.each([
    ['DescribeAlarms', 9],
    ['DescribeAlarmContributors', 9],
    ['PutMetricAlarm', 3],
    ['SetAlarmState', 3],
    ['DeleteAlarms', 3],
    ['DescribeAlarmHistory', 20],
    ['PutMetricData', 500],
  ])('%s is taken %i times a second ("CloudWatch service quotas")', (operation, rate) => {
    expect(OPERATION_RATES[operation]).toBe(rate);
  });

  test('one request more is throttled in the words of AWS; a second later it is taken', async () => {
    const cloud = await startCloud();
    const ask = () => cloud.rpc('DescribeAlarms', {});
    for (const _ of times(9)) ask();
    expect(ask).toThrow(
      expect.objectContaining({ code: 'Throttling', message: 'Rate exceeded', status: 400 }),
    );
    await cloud.forward(1);
    expect(ask()).toMatchObject({ MetricAlarms: [] });
  });

  test('operations do not use up each other’s', async () => {
    const cloud = await startCloud();
    for (const _ of times(9)) cloud.rpc('DescribeAlarms', {});
    expect(cloud.rpc('DescribeAlarmHistory', {})).toMatchObject({ AlarmHistoryItems: [] });
  });

  test.each([
    ['/api/v1/query?query=vector(1)', QUERIES_PER_S, 300, 422],
    ['/api/v1/labels', DISCOVERIES_PER_S, 10, 422],
  ])(
    '%s is answered %i times a second ("PromQL limits and restrictions")',
    async (url, rate, aws, status) => {
      const cloud = await startCloud();
      expect(rate).toBe(aws);
      for (const _ of times(rate)) expect(cloud.http('GET', url).status).toBe(200);
      expect(cloud.http('GET', url)).toMatchObject({
        status,
        body: { status: 'error', error: 'Rate exceeded' },
      });
    },
  );

  test('the metrics endpoint takes 500 requests a second and then answers 429 ("OTLP Endpoints")', async () => {
    const cloud = await startCloud();
    expect(OTLP_REQUESTS_PER_S).toBe(500);
    for (const _ of times(500)) cloud.http('POST', '/v1/metrics', '{}');
    expect(cloud.http('POST', '/v1/metrics', '{}')).toMatchObject({ status: 429, body: { code: 8 } });
  });
});
