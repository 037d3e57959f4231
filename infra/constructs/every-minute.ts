import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';

/**
 * Runs a function once a minute. A missed run is not made up for: the next minute's is better than a
 * late one (by default Scheduler would retry 185 times within a day).
 */
export function everyMinute(
  scope: Construct,
  id: string,
  fn: IFunction,
  input: Readonly<Record<string, unknown>> = {},
): void {
  new Schedule(scope, id, {
    schedule: ScheduleExpression.rate(Duration.minutes(1)),
    target: new LambdaInvoke(fn, {
      input: ScheduleTargetInput.fromObject(input),
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    }),
  });
}
