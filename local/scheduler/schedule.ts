import * as z from 'zod';
import type { Kernel } from '../kernel/kernel.ts';
import { AwsError, type DeclaredResource } from '../kernel/service.ts';
import { parseExpression, type ScheduleExpression } from './parse-expression.ts';
import { toLocalTime } from './time-zone.ts';

/** One schedule as the template declares it. */
export interface Schedule {
  readonly name: string;
  readonly group: string;
  readonly arn: string;
  readonly expressionText: string;
  readonly expression: ScheduleExpression;
  readonly timeZone: string;
  readonly isEnabled: boolean;
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
  /** A run is delivered at some moment of a window that begins at its time; 0 for at once. */
  readonly windowMs: number;
  readonly target: ScheduleTarget;
}

export interface ScheduleTarget {
  readonly arn: string;
  readonly roleArn: string;
  /** As declared, before the context attributes are filled in. */
  readonly input?: string | undefined;
  readonly maximumRetryAttempts: number;
  readonly maximumAgeMs: number;
  readonly deadLetterArn?: string | undefined;
}

/** AWS::Scheduler::Schedule; defaults and limits as on AWS. */
const Declared = z.object({
  Name: z.string().optional(),
  GroupName: z.string().default('default'),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  StartDate: z.iso.datetime({ offset: true }).optional(),
  EndDate: z.iso.datetime({ offset: true }).optional(),
  FlexibleTimeWindow: z.discriminatedUnion('Mode', [
    z.object({ Mode: z.literal('OFF') }),
    z.object({
      Mode: z.literal('FLEXIBLE'),
      MaximumWindowInMinutes: z.coerce.number().int().min(1).max(1_440),
    }),
  ]),
  Target: z.object({
    Arn: z.string().regex(/^arn:aws:(lambda|sqs|sns):/, 'only Lambda, SQS and SNS are targets locally'),
    RoleArn: z.string(),
    Input: z.string().optional(),
    RetryPolicy: z
      .object({
        MaximumRetryAttempts: z.coerce.number().int().min(0).max(185).default(185),
        MaximumEventAgeInSeconds: z.coerce.number().int().min(60).max(86_400).default(86_400),
      })
      .prefault({}),
    DeadLetterConfig: z.object({ Arn: z.string().optional() }).optional(),
  }),
});

/**
 * Reads an AWS::Scheduler::Schedule with all intrinsics resolved.
 *
 * @throws AwsError ValidationException that names the schedule and what is wrong
 */
export function readSchedule({ properties, suggestedName }: DeclaredResource, kernel: Kernel): Schedule {
  const read = Declared.safeParse(properties);
  if (!read.success) throw invalid(suggestedName, z.prettifyError(read.error));
  const declared = read.data;
  // Names are at most 64 characters; the end of a generated one tells schedules apart.
  const name = declared.Name ?? suggestedName.slice(-64);
  const group = declared.GroupName;
  const timeZone = declared.ScheduleExpressionTimezone;
  try {
    toLocalTime(0, timeZone);
  } catch {
    throw invalid(name, `the time zone "${timeZone}" is not known; give an IANA name such as Europe/Berlin.`);
  }
  const { Target: target, FlexibleTimeWindow: window } = declared;
  return {
    name,
    group,
    arn: `arn:aws:scheduler:${kernel.region}:${kernel.accountId}:schedule/${group}/${name}`,
    expressionText: declared.ScheduleExpression,
    expression: parseExpression(declared.ScheduleExpression),
    timeZone,
    isEnabled: declared.State === 'ENABLED',
    startMs: msOf(declared.StartDate),
    endMs: msOf(declared.EndDate),
    windowMs: window.Mode === 'OFF' ? 0 : window.MaximumWindowInMinutes * 60_000,
    target: {
      arn: target.Arn,
      roleArn: target.RoleArn,
      input: target.Input,
      maximumRetryAttempts: target.RetryPolicy.MaximumRetryAttempts,
      maximumAgeMs: target.RetryPolicy.MaximumEventAgeInSeconds * 1000,
      deadLetterArn: target.DeadLetterConfig?.Arn,
    },
  };
}

function msOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

function invalid(name: string, why: string): AwsError {
  return new AwsError('ValidationException', `AWS::Scheduler::Schedule ${name}: ${why}`);
}
