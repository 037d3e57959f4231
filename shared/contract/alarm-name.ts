/** Everything that our PromQL alarms' names begin with; the event rule filters on it. */
export const ALARM_PREFIX = 'homeostat-';

/**
 * What the alarms of one system begin with. `homeostat-shop-` also begins those of a system `shop-eu`:
 * who lists by prefix keeps only the names that the catalog knows.
 */
export function alarmPrefix(system: string): string {
  return `${ALARM_PREFIX}${system}-`;
}

/**
 * The name of a rule's alarm: system, group, alert and eight hex digits over expression and labels,
 * so that two alerts of one name stay apart and a changed rule starts with a clean state.
 *
 * CloudWatch takes at most 255 characters; group and alert are cut to fit, the hash never.
 */
export function alarmName(rule: { system: string; group: string; alert: string; hash8: string }): string {
  const clean = (text: string): string => text.replaceAll(/[^A-Za-z0-9_.]+/g, '-').replaceAll(/^-+|-+$/g, '');
  return `${alarmPrefix(rule.system)}${clean(rule.group).slice(0, 80)}-${clean(rule.alert).slice(0, 80)}-${rule.hash8}`;
}
