import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';

/**
 * Runs a function once a minute. A start that Lambda does not take is tried again within its minute, so that
 * one refused or lost call leaves nobody blind until the next one; after the minute the next run is better than
 * a late one (by default Scheduler would retry 185 times within a day). A start that was taken and whose answer
 * was lost comes twice: `collect` has its lease, `escalate` may run twice.
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
      role: starterOf(scope, id, fn),
      input: ScheduleTargetInput.fromObject(input),
      retryAttempts: 5,
      maxEventAge: Duration.minutes(1),
    }),
  });
}

/** May start this function and nothing else; the CDK would also allow every version and alias of it. */
function starterOf(scope: Construct, id: string, fn: IFunction): IRole {
  const { account } = Stack.of(scope);
  const group = Stack.of(scope).formatArn({
    service: 'scheduler',
    resource: 'schedule-group',
    resourceName: 'default',
  });
  const role = new Role(scope, `${id}Role`, {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': group } },
    }),
  });
  role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [fn.functionArn] }));
  return role.withoutPolicyUpdates();
}
