import * as z from 'zod';
import type { Kernel } from '../kernel/kernel.ts';
import { AwsError } from '../kernel/service.ts';
import type { Operation } from '../kernel/service.ts';
import type { Alarm } from './alarm.ts';
import type { AlarmBook } from './alarm-book.ts';
import type { AlarmEngine } from './alarm-engine.ts';
import type { AlarmHistory, HistoryItem } from './alarm-history.ts';
import { readAlarm } from './alarm-definition.ts';
import { describeAlarm } from './describe-alarm.ts';

const MaxRecords = z.coerce.number().int().min(1).max(100);
const Token = z.string().optional();
const AlarmTypes = z.array(z.enum(['MetricAlarm', 'CompositeAlarm', 'LogAlarm'])).default(['MetricAlarm']);
const StateValue = z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']);
const Time = z.union([z.number(), z.string()]).transform((value) => {
  const seconds = Number(value);
  return Number.isFinite(seconds) ? seconds * 1000 : Date.parse(String(value));
});

const DescribeAlarmsInput = z.strictObject({
  AlarmNames: z.array(z.string()).max(100).optional(),
  AlarmNamePrefix: z.string().min(1).optional(),
  AlarmTypes,
  StateValue: StateValue.optional(),
  MaxRecords: MaxRecords.default(50),
  NextToken: Token,
});

const ContributorsInput = z.strictObject({ AlarmName: z.string().min(1), NextToken: Token });
/** AWS does not document how many contributors a page holds. */
const CONTRIBUTORS_A_PAGE = 50;

const HistoryInput = z.strictObject({
  AlarmName: z.string().min(1).optional(),
  AlarmContributorId: z.string().optional(),
  AlarmTypes,
  HistoryItemType: z.string().optional(),
  StartDate: Time.optional(),
  EndDate: Time.optional(),
  MaxRecords: MaxRecords.default(100),
  NextToken: Token,
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
});

const SetStateInput = z.strictObject({
  AlarmName: z.string().min(1),
  StateValue,
  StateReason: z.string().max(1023),
  StateReasonData: z.string().max(4000).optional(),
});

const DeleteInput = z.strictObject({ AlarmNames: z.array(z.string()).max(100) });

interface Parts {
  readonly kernel: Kernel;
  readonly book: AlarmBook;
  readonly history: AlarmHistory;
  readonly engine: AlarmEngine;
  /** Throws what is wrong with a definition beyond its shape: a query that is no PromQL. */
  readonly checkAlarm: (alarm: Alarm) => void;
}

/** The operations on alarms; errors carry the codes of the CloudWatch API. */
export function alarmOperations(parts: Parts): Readonly<Record<string, Operation>> {
  const { book, engine } = parts;
  return {
    DescribeAlarms: (input) => describeAlarms(book, DescribeAlarmsInput.parse(input)),
    DescribeAlarmContributors: (input) => describeContributors(book, ContributorsInput.parse(input)),
    DescribeAlarmHistory: (input) => describeHistory(parts, HistoryInput.parse(input)),
    SetAlarmState: (input) => {
      const {
        AlarmName,
        StateValue: value,
        StateReason: reason,
        StateReasonData,
      } = SetStateInput.parse(input);
      engine.setState(AlarmName, {
        value,
        reason,
        ...(StateReasonData === undefined ? {} : { reasonData: jsonText(StateReasonData) }),
      });
      return {};
    },
    PutMetricAlarm: (input) => {
      const alarm = readAlarm(input, parts.kernel);
      parts.checkAlarm(alarm);
      engine.define(alarm);
      return {};
    },
    DeleteAlarms: (input) => {
      const { AlarmNames } = DeleteInput.parse(input);
      const unknown = AlarmNames.filter((name) => book.get(name) === undefined);
      if (unknown.length > 0)
        throw new AwsError('ResourceNotFound', `There is no alarm "${unknown.join('", "')}".`, 404);
      for (const name of AlarmNames) engine.remove(name);
      return {};
    },
  };
}

function describeAlarms(book: AlarmBook, input: z.infer<typeof DescribeAlarmsInput>): object {
  const { AlarmNames: names, AlarmNamePrefix: prefix, StateValue: state } = input;
  if (names !== undefined && prefix !== undefined) {
    throw new AwsError('ValidationError', 'Give AlarmNames or AlarmNamePrefix, not both.');
  }
  const matching = (input.AlarmTypes.includes('MetricAlarm') ? book.all() : []).filter(
    ({ alarm, memory }) =>
      (names === undefined || names.includes(alarm.name)) &&
      (prefix === undefined || alarm.name.startsWith(prefix)) &&
      (state === undefined || memory.state.value === state),
  );
  const { items, next } = pageAfter(matching, ({ alarm }) => alarm.name, input.NextToken, input.MaxRecords);
  return { MetricAlarms: items.map(describeAlarm), CompositeAlarms: [], LogAlarms: [], ...next };
}

function describeContributors(book: AlarmBook, input: z.infer<typeof ContributorsInput>): object {
  const entry = book.get(input.AlarmName);
  if (entry === undefined) {
    throw new AwsError('ResourceNotFoundException', `There is no alarm "${input.AlarmName}".`, 404);
  }
  const rule = entry.alarm.rule;
  const pendingS = rule.kind === 'promql' ? rule.pendingS : 0;
  const inAlarm = entry.memory.contributors.filter(({ value }) => value === 'ALARM');
  const { items, next } = pageAfter(inAlarm, ({ id }) => id, input.NextToken, CONTRIBUTORS_A_PAGE);
  return {
    AlarmContributors: items.map(({ id, attributes, alarmSinceMs = 0 }) => ({
      ContributorId: id,
      ContributorAttributes: new Map(Object.entries(attributes)),
      StateReason: `The query returned this time series for the pending period of ${pendingS} seconds.`,
      StateTransitionedTimestamp: new Date(alarmSinceMs),
    })),
    ...next,
  };
}

function describeHistory({ history, kernel }: Parts, input: z.infer<typeof HistoryInput>): object {
  const offset = Number(decodeToken(input.NextToken) ?? 0);
  if (!Number.isInteger(offset)) throw invalidToken();
  const found = history.find({
    alarmName: input.AlarmName,
    contributorId: input.AlarmContributorId,
    type: input.HistoryItemType,
    fromMs: input.StartDate ?? 0,
    toMs: input.EndDate ?? kernel.clock.nowMs(),
    isOldestFirst: input.ScanBy === 'TimestampAscending',
    offset,
    limit: input.MaxRecords + 1,
  });
  const isMore = found.length > input.MaxRecords;
  return {
    AlarmHistoryItems: found.slice(0, input.MaxRecords).map(describeItem),
    ...(isMore ? { NextToken: encodeToken(String(offset + input.MaxRecords)) } : {}),
  };
}

function describeItem(item: HistoryItem): object {
  return {
    AlarmName: item.alarmName,
    AlarmType: 'MetricAlarm',
    Timestamp: new Date(item.atMs),
    HistoryItemType: item.type,
    HistorySummary: item.summary,
    HistoryData: item.data,
    ...(item.contributor === undefined
      ? {}
      : {
          AlarmContributorId: item.contributor.id,
          AlarmContributorAttributes: new Map(Object.entries(item.contributor.attributes)),
        }),
  };
}

/** The page after the item that the token names, so that what comes and goes in between does no harm. */
function pageAfter<T>(
  sorted: readonly T[],
  nameOf: (item: T) => string,
  token: string | undefined,
  size: number,
): { readonly items: readonly T[]; readonly next: { readonly NextToken?: string } } {
  const after = decodeToken(token);
  const rest = after === undefined ? sorted : sorted.filter((item) => nameOf(item) > after);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  const isMore = rest.length > size && last !== undefined;
  return { items, next: isMore ? { NextToken: encodeToken(nameOf(last)) } : {} };
}

function encodeToken(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}

function decodeToken(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (encodeToken(text) !== token) throw invalidToken();
  return text;
}

function invalidToken(): AwsError {
  return new AwsError('InvalidNextToken', 'The NextToken is not one that this operation gave.');
}

function jsonText(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new AwsError('InvalidFormat', `StateReasonData is not JSON: ${String(error)}.`);
  }
}
