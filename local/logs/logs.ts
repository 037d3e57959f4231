import * as z from 'zod';
import type { Kernel } from '../kernel/kernel.ts';
import { pageOf } from '../kernel/page.ts';
import { AwsError, type Operation, type ResourceProvider, type Service } from '../kernel/service.ts';
import { compileFilterPattern } from './filter-pattern.ts';
import { LogBook, type LogEvent } from './log-book.ts';
import { logsNeeds } from './needs.ts';

/** CloudWatch Logs as far as a person meets it: the groups that there are, and what functions wrote. */
export interface Logs extends Service {
  /** Takes one line that a function wrote. */
  readonly record: (functionName: string, line: string) => void;
}

/** Every group has one stream here; on AWS each environment of a function has its own. */
const STREAM = 'local';
const MAX_EVENTS = 10_000;

const limit = (most: number) => z.coerce.number().int().min(1).max(most).default(most);
const group = z.string().optional();
const GroupAt = z.object({ logGroupName: group, logGroupIdentifier: group });
const nextToken = z.string().optional();
const DescribeGroups = z.object({ logGroupNamePrefix: z.string().default(''), limit: limit(50), nextToken });
const times = { startTime: z.number().default(0), endTime: z.number().default(Infinity) };
const Filter = GroupAt.extend({
  ...times,
  filterPattern: z.string().default(''),
  limit: limit(MAX_EVENTS),
  nextToken,
});
const GetEvents = GroupAt.extend({
  ...times,
  limit: limit(MAX_EVENTS),
  startFromHead: z.boolean().default(false),
  nextToken,
});

export function createLogs(kernel: Kernel): Logs {
  const book = new LogBook();
  const declared = new Map<string, number | undefined>();
  const arnOf = (name: string) => `arn:aws:logs:${kernel.region}:${kernel.accountId}:log-group:${name}`;
  return {
    name: 'logs',
    rpc: {
      targetPrefix: 'Logs_20140328',
      jsonVersion: '1.1',
      operations: logsOperations(book, declared, arnOf),
    },
    needs: logsNeeds(arnOf),
    resources: [groupProvider(declared, arnOf)],
    record: (functionName, line) => {
      book.record(`/aws/lambda/${functionName}`, kernel.clock.nowMs(), line);
    },
  };
}

function groupProvider(
  declared: Map<string, number | undefined>,
  arnOf: (name: string) => string,
): ResourceProvider {
  const Properties = z.object({
    LogGroupName: z.string().optional(),
    RetentionInDays: z.coerce.number().optional(),
  });
  return {
    type: 'AWS::Logs::LogGroup',
    put: ({ properties, suggestedName }) => {
      const { LogGroupName: name = suggestedName, RetentionInDays } = Properties.parse(properties);
      declared.set(name, RetentionInDays);
      return { ref: name, attributes: { Arn: `${arnOf(name)}:*` } };
    },
    remove: (ref) => {
      declared.delete(ref);
    },
  };
}

function logsOperations(
  book: LogBook,
  declared: ReadonlyMap<string, number | undefined>,
  arnOf: (name: string) => string,
): Record<string, Operation> {
  const names = () => [...new Set([...declared.keys(), ...book.names()])];
  const eventsAt = (input: z.infer<typeof GroupAt>): readonly LogEvent[] => {
    // An identifier may be an ARN: the name is what stands after `log-group:`.
    const name = (input.logGroupName ?? input.logGroupIdentifier ?? '').replace(/^arn:.*:log-group:/, '');
    if (names().includes(name)) return book.eventsOf(name);
    throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  };
  return {
    DescribeLogGroups: (input) => {
      const read = DescribeGroups.parse(input);
      const found = names().filter((name) => name.startsWith(read.logGroupNamePrefix));
      const { items, next } = pageOf(found, (name) => name, read.limit, read.nextToken);
      const logGroups = items.map((name) => ({
        logGroupName: name,
        arn: `${arnOf(name)}:*`,
        logGroupArn: arnOf(name),
        retentionInDays: declared.get(name),
      }));
      return { logGroups, nextToken: next };
    },
    DescribeLogStreams: (input) => {
      const events = eventsAt(GroupAt.parse(input));
      const [first, last] = [events[0], events.at(-1)];
      if (first === undefined || last === undefined) return { logStreams: [] };
      const stream = { firstEventTimestamp: first.atMs, lastEventTimestamp: last.atMs };
      return { logStreams: [{ logStreamName: STREAM, creationTime: first.atMs, ...stream }] };
    },
    FilterLogEvents: (input) => {
      const read = Filter.parse(input);
      const isWanted = compileFilterPattern(read.filterPattern);
      const after = seqOf(read.nextToken);
      const found = within(eventsAt(read), read).filter(
        ({ seq, message }) => seq > after && isWanted(message),
      );
      const events = found.slice(0, read.limit);
      const next = found.length > events.length ? String(events.at(-1)?.seq) : undefined;
      return {
        events: events.map((event) => ({
          ...describe(event),
          logStreamName: STREAM,
          eventId: String(event.seq),
        })),
        searchedLogStreams: [],
        nextToken: next,
      };
    },
    GetLogEvents: (input) => {
      const read = GetEvents.parse(input);
      const all = within(eventsAt(read), read);
      const { events, forward, backward } = lookFrom(all, read);
      // The end is reached when the token that comes is the one that was sent (API reference, GetLogEvents).
      return {
        events: events.map((event) => describe(event)),
        nextForwardToken: `f/${forward}`,
        nextBackwardToken: `b/${backward}`,
      };
    },
  };
}

function lookFrom(all: readonly LogEvent[], read: z.infer<typeof GetEvents>) {
  const [direction, text] = read.nextToken?.split('/') ?? [];
  const at = seqOf(text);
  if (direction === 'f' || (direction === undefined && read.startFromHead)) {
    const events = all.filter(({ seq }) => seq > at).slice(0, read.limit);
    return { events, forward: events.at(-1)?.seq ?? at, backward: events[0]?.seq ?? at + 1 };
  }
  const before = direction === 'b' ? at : Infinity;
  const events = all.filter(({ seq }) => seq < before).slice(-read.limit);
  return { events, forward: events.at(-1)?.seq ?? at, backward: events[0]?.seq ?? at };
}

function within(
  events: readonly LogEvent[],
  { startTime, endTime }: { readonly startTime: number; readonly endTime: number },
): readonly LogEvent[] {
  return events.filter(({ atMs }) => atMs >= startTime && atMs <= endTime);
}

function seqOf(token: string | undefined): number {
  if (token === undefined) return 0;
  if (/^\d+$/.test(token)) return Number(token);
  throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
}

function describe({ atMs, message }: LogEvent) {
  return { timestamp: atMs, message, ingestionTime: atMs };
}
