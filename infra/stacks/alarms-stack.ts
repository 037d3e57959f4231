import { ArnFormat, Duration, Stack, Validations } from 'aws-cdk-lib';
import { PromQLAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { FUNCTION_NAMES } from '../../shared/contract/names.ts';
import type { CompiledRule } from '../../shared/domain/catalog/compiled.ts';

/** One CloudWatch PromQL alarm a rule. At most 400 a stack: CloudFormation takes 500 resources. */
export class AlarmsStack extends Stack {
  constructor(scope: Construct, id: string, props: { readonly rules: readonly CompiledRule[] }) {
    super(scope, id, { description: 'Homeostat: PromQL alarms' });
    for (const rule of props.rules) this.#alarm(rule);
    if (props.rules.length > 0) return;
    Validations.of(this).acknowledge({
      id: 'CloudFormation-Validate::F0001',
      reason: 'cdk deploy skips a stack without resources, and deletes it if it was deployed before',
    });
  }

  #alarm(rule: CompiledRule): void {
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
      alarm.addAlarmAction({ bind: () => ({ alarmActionArn: this.#intake() }) });
  }

  /** By name: an export would be in the way of the deployment that takes the last critical rule out. */
  #intake(): string {
    return this.formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: FUNCTION_NAMES.intake,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}

/** For who meets the alarm in the console. */
function describe(rule: CompiledRule): string {
  const summary = rule.annotations['summary'] ?? rule.annotations['description'] ?? '';
  return `${rule.severity} ${rule.alert} of ${rule.system}, from ${rule.file}. ${summary}`.slice(0, 1024);
}
