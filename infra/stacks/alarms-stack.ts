import { Duration, Stack } from 'aws-cdk-lib';
import { PromQLAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { CompiledRule } from '../../shared/domain/catalog/compiled.ts';

/** One CloudWatch PromQL alarm a rule. At most 400 a stack: CloudFormation takes 500 resources. */
export class AlarmsStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    props: { readonly rules: readonly CompiledRule[]; readonly intake: IFunction },
  ) {
    super(scope, id, { description: 'Homeostat: PromQL alarms' });
    for (const rule of props.rules) this.#alarm(rule, props.intake);
  }

  #alarm(rule: CompiledRule, intake: IFunction): void {
    const alarm = new PromQLAlarm(this, rule.alarmName, {
      alarmName: rule.alarmName,
      alarmDescription: describe(rule),
      query: rule.query,
      evaluationInterval: Duration.seconds(rule.everyS),
      pendingPeriod: Duration.seconds(rule.pendingS),
      recoveryPeriod: Duration.seconds(rule.recoveryS),
    });
    // A second road with the same de-duplication, should EventBridge or the queue be late.
    if (rule.severity === 'critical')
      alarm.addAlarmAction({ bind: () => ({ alarmActionArn: intake.functionArn }) });
  }
}

/** For who meets the alarm in the console. */
function describe(rule: CompiledRule): string {
  const summary = rule.annotations['summary'] ?? rule.annotations['description'] ?? '';
  return `${rule.severity} ${rule.alert} of ${rule.system}, from ${rule.file}. ${summary}`.slice(0, 1024);
}
