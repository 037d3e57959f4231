import { createCloudWatch } from '../../../../local/cloudwatch/cloudwatch.ts';
import type { CloudWatch, CloudWatchOptions } from '../../../../local/cloudwatch/cloudwatch.ts';
import type { RestResponse } from '../../../../local/kernel/service.ts';
import { createFakeKernel, type FakeKernel } from '../../../fakes/fake-kernel.ts';

/** An embedded CloudWatch on a fake kernel, driven through what the door and the deployer would call. */
export interface Cloud {
  readonly kernel: FakeKernel;
  readonly service: CloudWatch;
  /** Sends gauges of now: `{ up: [{ instance: 'a' }, 1] }` by metric name. */
  readonly send: (samples: Readonly<Record<string, readonly Reading[]>>) => RestResponse;
  readonly rpc: (operation: string, input: object) => Record<string, unknown>;
  readonly http: (method: 'GET' | 'POST', url: string, body?: string) => RestResponse;
  readonly declare: (properties: object) => void;
  /** Moves time on by seconds; timers run. */
  readonly forward: (seconds: number) => Promise<void>;
  /** A crash at this moment: a new cloud on the same memory, with the given alarms deployed again. */
  readonly restart: (downS?: number) => Promise<Cloud>;
}

export type Reading = readonly [labels: Readonly<Record<string, string>>, value: number];

/** Starts a cloud; alarms look back 30 s unless told otherwise. */
export async function startCloud(
  options: CloudWatchOptions = {},
  kernel = createFakeKernel(),
): Promise<Cloud> {
  const service = createCloudWatch(kernel, { lookbackMs: 30_000, ...options });
  await service.start?.();
  const http: Cloud['http'] = (method, url, body = '') => {
    const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
    const segments = pathname.split('/');
    for (const route of service.rest ?? []) {
      const expected = route.path.split('/');
      if (route.method !== method || expected.length !== segments.length) continue;
      if (!expected.every((one, at) => one.startsWith(':') || one === segments[at])) continue;
      const params = Object.fromEntries(
        expected.flatMap((one, at) =>
          one.startsWith(':') ? [[one.slice(1), decodeURIComponent(segments[at] ?? '')]] : [],
        ),
      ) as Record<string, string>;
      const request = { params, query: searchParams, headers: {}, body: Buffer.from(body) };
      return route.handle(request, CALL) as RestResponse;
    }
    throw new Error(`no route for ${method} ${url}`);
  };
  return {
    kernel,
    service,
    http,
    send: (samples) => http('POST', '/v1/metrics', otlp(samples, kernel.clock.nowMs())),
    rpc: (operation, input) => {
      const run = service.rpc?.operations[operation];
      if (run === undefined) throw new Error(`no operation ${operation}`);
      return run(input, CALL) as Record<string, unknown>;
    },
    declare: (properties) => {
      void service.resources?.[0]?.put({
        stack: 's',
        logicalId: 'l',
        suggestedName: 's-l',
        properties: { ...properties },
      });
    },
    forward: (seconds) => kernel.clock.advance(seconds * 1000),
    restart: async (downS = 0) => {
      const next = kernel.restart();
      await next.clock.advance(downS * 1000);
      return startCloud(options, next);
    },
  };
}

const CALL = { principal: 'owner', requestId: 'r' };

function otlp(samples: Readonly<Record<string, readonly Reading[]>>, atMs: number): string {
  const metrics = Object.entries(samples).map(([name, readings]) => ({
    name,
    gauge: {
      dataPoints: readings.map(([labels, asDouble]) => ({
        attributes: Object.entries(labels).map(([key, stringValue]) => ({ key, value: { stringValue } })),
        timeUnixNano: `${atMs}000000`,
        asDouble,
      })),
    },
  }));
  return JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
}

/** A PromQL alarm's properties. */
export function aPromqlAlarm(
  over: { query?: string; pending?: number; recovery?: number } & Record<string, unknown> = {},
): object {
  const { query = 'up == 0', pending = 0, recovery = 0, ...rest } = over;
  return {
    AlarmName: 'down',
    EvaluationCriteria: {
      PromQLCriteria: { Query: query, PendingPeriod: pending, RecoveryPeriod: recovery },
    },
    EvaluationInterval: 10,
    ...rest,
  };
}

/** A classic alarm's properties: errors of the function `collect` in one period of a minute. */
export function aClassicAlarm(over: Record<string, unknown> = {}): object {
  return {
    AlarmName: 'errors',
    Namespace: 'AWS/Lambda',
    MetricName: 'Errors',
    Dimensions: [{ Name: 'FunctionName', Value: 'collect' }],
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    ...over,
  };
}

/** What the bus was told, in order: whose state changed, and to what. */
export function told(cloud: Cloud): (readonly [who: 'contributor' | 'alarm', value: string])[] {
  return cloud.kernel.events.map(({ detailType, detail }) => [
    detailType.includes('Contributor') ? 'contributor' : 'alarm',
    (detail['state'] as { value: string }).value,
  ]);
}

/** The first alarm as DescribeAlarms gives it; empty if there is none. */
export function alarmOf(cloud: Cloud): Record<string, unknown> {
  return (cloud.rpc('DescribeAlarms', {})['MetricAlarms'] as Record<string, unknown>[])[0] ?? {};
}

/** The contributors in ALARM of the alarm `down`. */
export function contributorsOf(cloud: Cloud): Record<string, unknown>[] {
  const answer = cloud.rpc('DescribeAlarmContributors', { AlarmName: 'down' });
  return answer['AlarmContributors'] as Record<string, unknown>[];
}

/** A scrape in which these instances are down. */
export function down(...instances: string[]): { up: Reading[] } {
  return { up: instances.map((instance) => [{ instance }, 0]) };
}

/** Errors of the function `collect`, as the embedded Lambda vends them. */
export function vend(cloud: Cloud, value: number, over: { unit?: string } = {}): void {
  const dimensions = { FunctionName: 'collect' };
  cloud.service.record({
    namespace: 'AWS/Lambda',
    name: 'Errors',
    dimensions,
    value,
    unit: 'Count',
    ...over,
  });
}
