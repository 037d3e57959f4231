import * as z from 'zod';
import type { Kernel } from '../kernel/kernel.ts';
import type { NeedsByOperation } from '../kernel/need.ts';

const ByName = z.looseObject({ Name: z.string() });
const ByRule = z.looseObject({ Rule: z.string() });

/**
 * What each operation needs.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
 */
export function eventsNeeds({ region, accountId }: Pick<Kernel, 'region' | 'accountId'>): NeedsByOperation {
  const arn = (rest: string): string => `arn:aws:events:${region}:${accountId}:${rest}`;
  const byName = (action: string) => (input: unknown) => [
    { action: `events:${action}`, resource: arn(`rule/${ByName.parse(input).Name}`) },
  ];
  const byRule = (action: string) => (input: unknown) => [
    { action: `events:${action}`, resource: arn(`rule/${ByRule.parse(input).Rule}`) },
  ];
  return {
    PutEvents: () => [{ action: 'events:PutEvents', resource: arn('event-bus/default') }],
    ListRules: () => [{ action: 'events:ListRules', resource: arn('rule/*') }],
    DescribeRule: byName('DescribeRule'),
    PutRule: byName('PutRule'),
    DeleteRule: byName('DeleteRule'),
    ListTargetsByRule: byRule('ListTargetsByRule'),
    PutTargets: byRule('PutTargets'),
    RemoveTargets: byRule('RemoveTargets'),
  };
}
