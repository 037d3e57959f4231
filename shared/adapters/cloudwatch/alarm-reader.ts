import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import {
  DescribeAlarmContributorsCommand,
  paginateDescribeAlarms,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch';
import type { AlarmReader, Contributor } from '../../ports/alarm-reader.ts';

/**
 * How a client that reads alarms is made. CloudWatch answers nine DescribeAlarmContributors a second: the SDK's three
 * tries are over within 300 ms, and a bad night has more alarms than that. Six tries are a second and a half or so.
 */
export const PATIENT = { maxAttempts: 6 } as const;

/** Reads alarms and their contributors from CloudWatch. */
export function cloudWatchAlarmReader(client: CloudWatchClient): AlarmReader {
  return {
    inAlarm: async (prefix) => {
      const names: string[] = [];
      for await (const page of paginateDescribeAlarms(
        { client, pageSize: 100 },
        { AlarmNamePrefix: prefix, StateValue: 'ALARM', AlarmTypes: ['MetricAlarm'] },
      )) {
        names.push(...(page.MetricAlarms ?? []).flatMap(({ AlarmName }) => AlarmName ?? []));
      }
      return names;
    },
    contributors: async (alarm) => {
      const found: Contributor[] = [];
      let from: string | undefined;
      do {
        const page = await contributorsPage(client, alarm, from);
        if (page === undefined) return undefined;
        found.push(...page.contributors);
        from = page.next;
      } while (from !== undefined);
      return found;
    },
  };
}

async function contributorsPage(
  client: CloudWatchClient,
  alarm: string,
  from: string | undefined,
): Promise<{ contributors: Contributor[]; next?: string | undefined } | undefined> {
  try {
    const page = await client.send(
      new DescribeAlarmContributorsCommand({ AlarmName: alarm, NextToken: from }),
    );
    const contributors = (page.AlarmContributors ?? []).map((one) => ({
      attributes: one.ContributorAttributes ?? {},
      sinceMs: one.StateTransitionedTimestamp?.getTime() ?? 0,
    }));
    return { contributors, next: page.NextToken };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
