import type { App } from 'aws-cdk-lib';
import { assignStacks } from './alarm-stacks.ts';
import { selfAlarmsIn } from './constructs/self-alarms.ts';
import type { Deployment } from './deployment.ts';
import { AlarmsStack } from './stacks/alarms-stack.ts';
import { AlertingStack } from './stacks/alerting-stack.ts';
import { CollectionStack } from './stacks/collection-stack.ts';
import { DashboardsStack } from './stacks/dashboards-stack.ts';
import { NotificationStack } from './stacks/notification-stack.ts';
import { ResponseStack } from './stacks/response-stack.ts';
import { StateStack } from './stacks/state-stack.ts';

/** Names the stacks of one deployment. */
export function buildApp(app: App, deployment: Deployment): void {
  const { table } = new StateStack(app, 'homeostat-state');
  const { key: topicKey } = new NotificationStack(app, 'homeostat-notification', deployment);
  const alerting = new AlertingStack(app, 'homeostat-alerting', { ...deployment, table, topicKey });
  new ResponseStack(app, 'homeostat-response', { ...deployment, table, topicKey });
  new CollectionStack(app, 'homeostat-collection', { ...deployment, table });
  new DashboardsStack(app, 'homeostat-dashboards', {
    catalog: deployment.catalog,
    selfAlarms: selfAlarmsIn(app),
  });
  const rules = Object.values(deployment.catalog.systems).flatMap((system) => system.rules);
  // One after the other: a rule that moves, moves to a later stack, and must be gone from the earlier one first.
  let before: AlertingStack | AlarmsStack = alerting;
  for (const [number, some] of assignStacks(rules, deployment.alarmStacks).entries()) {
    const alarms = new AlarmsStack(app, `homeostat-alarms-${String(number)}`, { rules: some });
    alarms.addStackDependency(before);
    before = alarms;
  }
}
