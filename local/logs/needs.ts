import * as z from 'zod';
import type { NeedsByOperation } from '../kernel/need.ts';

const ByGroup = z.looseObject({
  logGroupName: z.string().optional(),
  logGroupIdentifier: z.string().optional(),
});
const ByPrefix = z.looseObject({ logGroupNamePrefix: z.string().default('') });

/**
 * What each operation needs.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 */
export function logsNeeds(arnOf: (group: string) => string): NeedsByOperation {
  const onGroup = (action: string) => (input: unknown) => {
    const { logGroupName = '', logGroupIdentifier } = ByGroup.parse(input);
    const group = logGroupIdentifier ?? logGroupName;
    return [{ action: `logs:${action}`, resource: `${group.startsWith('arn:') ? group : arnOf(group)}:*` }];
  };
  return {
    DescribeLogGroups: (input: unknown) => [
      { action: 'logs:DescribeLogGroups', resource: arnOf(`${ByPrefix.parse(input).logGroupNamePrefix}*`) },
    ],
    DescribeLogStreams: onGroup('DescribeLogStreams'),
    FilterLogEvents: onGroup('FilterLogEvents'),
    GetLogEvents: onGroup('GetLogEvents'),
  };
}
