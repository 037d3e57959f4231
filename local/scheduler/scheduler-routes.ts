import * as z from 'zod';
import type { Kernel } from '../kernel/kernel.ts';
import type { NeedsByOperation } from '../kernel/need.ts';
import { pageOf } from '../kernel/page.ts';
import { AwsError, type RestRequest, type Route } from '../kernel/service.ts';
import type { Schedule } from './schedule.ts';

/** A schedule and since when it is there. */
interface KnownSchedule {
  readonly schedule: Schedule;
  readonly createdAtMs: number;
}

type Place = Pick<Kernel, 'region' | 'accountId'>;

const Page = z.object({
  MaxResults: z.coerce.number().int().min(1).max(100).default(100),
  NextToken: z.string().optional(),
  NamePrefix: z.string().default(''),
  ScheduleGroup: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
});

export function groupArn({ region, accountId }: Place, group: string): string {
  return `arn:aws:scheduler:${region}:${accountId}:schedule-group/${group}`;
}

/** ListSchedules, GetSchedule and ListScheduleGroups of the Scheduler API. */
export function schedulerRoutes(
  place: Place,
  groups: ReadonlySet<string>,
  schedules: () => readonly KnownSchedule[],
): Route[] {
  const get = (path: string, operation: string, handle: (request: RestRequest) => object): Route => ({
    method: 'GET',
    path,
    operation,
    handle: (request) => ({ status: 200, body: handle(request) }),
  });
  return [
    get('/schedules', 'ListSchedules', ({ query }) => {
      const wanted = Page.parse(Object.fromEntries(query));
      const found = schedules().filter(({ schedule }) => isWanted(schedule, wanted));
      const keyOf = ({ schedule }: KnownSchedule) => schedule.arn;
      const { items, next } = pageOf(found, keyOf, wanted.MaxResults, wanted.NextToken);
      return { Schedules: items.map(summary), NextToken: next };
    }),
    get('/schedules/:name', 'GetSchedule', ({ params, query }) => {
      const group = query.get('groupName') ?? 'default';
      const found = schedules().find(
        ({ schedule }) => schedule.name === params['name'] && schedule.group === group,
      );
      if (found !== undefined) return describe(found);
      throw new AwsError(
        'ResourceNotFoundException',
        `Schedule ${params['name'] ?? ''} does not exist.`,
        404,
      );
    }),
    get('/schedule-groups', 'ListScheduleGroups', ({ query }) => {
      const { MaxResults, NextToken, NamePrefix } = Page.parse(Object.fromEntries(query));
      const named = [...groups].filter((group) => group.startsWith(NamePrefix));
      const { items, next } = pageOf(named, (group) => group, MaxResults, NextToken);
      const ScheduleGroups = items.map((Name) => ({ Name, Arn: groupArn(place, Name), State: 'ACTIVE' }));
      return { ScheduleGroups, NextToken: next };
    }),
  ];
}

/**
 * What each operation needs.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html
 */
export function schedulerNeeds({ region, accountId }: Place): NeedsByOperation {
  const arn = (rest: string): string => `arn:aws:scheduler:${region}:${accountId}:${rest}`;
  return {
    ListSchedules: () => [{ action: 'scheduler:ListSchedules', resource: arn('schedule/*/*') }],
    ListScheduleGroups: () => [{ action: 'scheduler:ListScheduleGroups', resource: arn('schedule-group/*') }],
    GetSchedule: ({ params, query }: RestRequest) => {
      const group = query.get('groupName') ?? 'default';
      return [
        { action: 'scheduler:GetSchedule', resource: arn(`schedule/${group}/${params['name'] ?? ''}`) },
      ];
    },
  };
}

function isWanted({ name, group, isEnabled }: Schedule, wanted: z.infer<typeof Page>): boolean {
  const { NamePrefix, ScheduleGroup, State } = wanted;
  return (
    name.startsWith(NamePrefix) &&
    (ScheduleGroup === undefined || ScheduleGroup === group) &&
    (State === undefined || (State === 'ENABLED') === isEnabled)
  );
}

function summary({ schedule, createdAtMs }: KnownSchedule) {
  const { name, group, arn, isEnabled, target } = schedule;
  const at = new Date(createdAtMs);
  return {
    Name: name,
    GroupName: group,
    Arn: arn,
    State: isEnabled ? 'ENABLED' : 'DISABLED',
    CreationDate: at,
    LastModificationDate: at,
    Target: { Arn: target.arn },
  };
}

function describe(known: KnownSchedule): object {
  const { expressionText, timeZone, startMs, endMs, target } = known.schedule;
  return {
    ...summary(known),
    ScheduleExpression: expressionText,
    ScheduleExpressionTimezone: timeZone,
    ...(startMs === undefined ? {} : { StartDate: new Date(startMs) }),
    ...(endMs === undefined ? {} : { EndDate: new Date(endMs) }),
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: target.arn,
      RoleArn: target.roleArn,
      Input: target.input,
      RetryPolicy: {
        MaximumRetryAttempts: target.maximumRetryAttempts,
        MaximumEventAgeInSeconds: target.maximumAgeMs / 1_000,
      },
      ...(target.deadLetterArn === undefined ? {} : { DeadLetterConfig: { Arn: target.deadLetterArn } }),
    },
  };
}
