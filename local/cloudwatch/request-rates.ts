import { TokenBucket } from '../kernel/token-bucket.ts';
import { AwsError, type Operation, type RestResponse, type Route } from '../kernel/service.ts';

/** Requests a second and account (CloudWatch user guide, "CloudWatch service quotas"). */
export const OPERATION_RATES: Readonly<Record<string, number>> = {
  DeleteAlarms: 3,
  DescribeAlarmContributors: 9,
  DescribeAlarmHistory: 20,
  DescribeAlarms: 9,
  PutMetricAlarm: 3,
  PutMetricData: 500,
  SetAlarmState: 3,
};

/** Of the Prometheus API (CloudWatch user guide, "PromQL limits and restrictions"): over it the answer is 422. */
export const QUERIES_PER_S = 300;
export const DISCOVERIES_PER_S = 10;
/** Of the metrics endpoint (CloudWatch user guide, "OTLP Endpoints"). */
export const OTLP_REQUESTS_PER_S = 500;

type Operations = Readonly<Record<string, Operation>>;

/** Holds operations to their rates, each by itself: over it they throw `Throttling`, as the Query APIs of AWS do. */
export function throttled(operations: Operations, nowMs: () => number): Operations {
  return Object.fromEntries(
    Object.entries(operations).map(([name, run]): [string, Operation] => {
      const rate = OPERATION_RATES[name];
      if (rate === undefined) return [name, run];
      const bucket = new TokenBucket(rate, nowMs);
      const limited: Operation = (input, call) => {
        if (bucket.take()) return run(input, call);
        throw new AwsError('Throttling', 'Rate exceeded');
      };
      return [name, limited];
    }),
  );
}

/** Holds routes to one rate that they share; `refuse` answers in their place. */
export function throttledRoutes(
  routes: readonly Route[],
  ratePerS: number,
  nowMs: () => number,
  refuse: () => RestResponse,
): Route[] {
  const bucket = new TokenBucket(ratePerS, nowMs);
  return routes.map((route) => ({
    ...route,
    handle: (request, call) => (bucket.take() ? route.handle(request, call) : refuse()),
  }));
}
