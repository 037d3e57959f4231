import * as z from 'zod';
import type { EventContent } from './event.ts';

/** PutEvents API reference: at most ten entries; an entry may have 256 KB. */
const MAX_ENTRY_BYTES = 262_144;

const Entry = z.object({
  /** Epoch seconds. */
  Time: z.coerce.number().optional(),
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  Resources: z.array(z.string()).default([]),
  EventBusName: z.string().optional(),
});
type Entry = z.infer<typeof Entry>;

const PutEventsInput = z.object({ Entries: z.array(Entry).min(1).max(10) });

/**
 * PutEvents: takes each entry by itself; one that is wrong is answered with its error and stops no other.
 *
 * @param put puts one event on the bus and gives its id
 */
export function putEvents(input: unknown, put: (content: EventContent) => string, nowMs: number): object {
  const entries = PutEventsInput.parse(input).Entries.map((entry) => {
    const content = readEntry(entry, nowMs);
    return 'ErrorCode' in content ? content : { EventId: put(content) };
  });
  const failed = entries.filter((entry) => 'ErrorCode' in entry);
  return { FailedEntryCount: failed.length, Entries: entries };
}

interface EntryError {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

function readEntry(entry: Entry, nowMs: number): EventContent | EntryError {
  const { Source: source = '', DetailType: detailType = '', Detail = '', Resources: resources } = entry;
  if (source === '') return wrong('Parameter Source is not valid. Reason: Source is a required argument.');
  if (detailType === '')
    return wrong('Parameter DetailType is not valid. Reason: DetailType is a required argument.');
  if (source.startsWith('aws.')) {
    return {
      ErrorCode: 'NotAuthorizedForSourceException',
      ErrorMessage: `Not authorized for the source: ${source}.`,
    };
  }
  if (entry.EventBusName !== undefined && !/^(arn:.*event-bus\/)?default$/.test(entry.EventBusName)) {
    return wrong(`Event bus ${entry.EventBusName} does not exist; the embedded cloud has the default bus.`);
  }
  const bytes = [source, detailType, Detail, ...resources].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    0,
  );
  if (bytes > MAX_ENTRY_BYTES) return wrong(`The entry has ${bytes} bytes, at most ${MAX_ENTRY_BYTES}.`);
  const detail = parseObject(Detail);
  if (detail === undefined)
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed: no JSON object.' };
  const atMs = entry.Time === undefined ? nowMs : entry.Time * 1_000;
  return { source, detailType, resources, detail, atMs };
}

function wrong(message: string): EntryError {
  return { ErrorCode: 'InvalidArgument', ErrorMessage: message };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
