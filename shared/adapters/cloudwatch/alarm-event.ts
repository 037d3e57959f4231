import * as z from 'zod/mini';
import english from 'zod/v4/locales/en.js';

// The reasons below are for people.
z.config(english());

/** What an event of CloudWatch's told about one of our alarms. */
export type AlarmEvent =
  | {
      readonly about: 'contributor';
      readonly alarm: string;
      readonly attributes: Readonly<Record<string, string>>;
      readonly value: 'ALARM' | 'OK';
      readonly atMs: number;
    }
  /** Something changed about the alarm as a whole: read its contributors. */
  | {
      readonly about: 'alarm';
      readonly alarm: string;
      readonly value: 'ALARM' | 'OK';
      readonly atMs: number;
    };

// CloudWatch writes `2023-08-04T12:36:15.490+0000`, which ISO parsers refuse for its missing colon.
const Timestamp = z.pipe(
  z.string(),
  z.transform((text: string, context) => {
    const atMs = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
    if (!Number.isNaN(atMs)) return atMs;
    context.issues.push({
      code: 'custom',
      input: text,
      message: `expected a time like 2023-08-04T12:36:15.490+0000, found ${JSON.stringify(text)}`,
    });
    return z.NEVER;
  }),
);

/** INSUFFICIENT_DATA does not exist for PromQL alarms; should it come, it is no alarm and no recovery: OK without evidence. */
const Value = z.pipe(
  z.enum(['ALARM', 'OK', 'INSUFFICIENT_DATA']),
  z.transform((value): 'ALARM' | 'OK' => (value === 'ALARM' ? 'ALARM' : 'OK')),
);

const State = z.looseObject({ value: Value, timestamp: Timestamp });

const Contributor = z.looseObject({
  id: z.optional(z.string()),
  attributes: z._default(z.record(z.string(), z.string()), {}),
});

const ContributorChange = z.looseObject({
  'detail-type': z.literal('CloudWatch Alarm Contributor State Change'),
  detail: z.looseObject({
    alarmName: z.string(),
    alarmContributor: Contributor,
    state: State,
  }),
});

const AlarmChange = z.looseObject({
  'detail-type': z.literal('CloudWatch Alarm State Change'),
  detail: z.looseObject({ alarmName: z.string(), state: State }),
});

/**
 * An alarm's Lambda action calls with this. Actions of PromQL alarms run for each contributor; that the
 * contributor stands beside the state is an assumption (docs/assumptions.md): without it, it is about the alarm.
 */
const AlarmAction = z.looseObject({
  source: z.literal('aws.cloudwatch'),
  alarmArn: z.string(),
  alarmData: z.looseObject({
    alarmName: z.string(),
    state: State,
    alarmContributor: z.optional(Contributor),
  }),
});

/**
 * Reads an event loosely: only what we use must be there, because AWS documents these shapes by
 * example and adds to them.
 *
 * @returns the event, or in words why it cannot be understood
 */
export function readAlarmEvent(
  event: unknown,
): { ok: true; event: AlarmEvent } | { ok: false; reason: string } {
  const contributor = ContributorChange.safeParse(event);
  if (contributor.success) {
    const { alarmName, alarmContributor, state } = contributor.data.detail;
    return { ok: true, event: contributorLevel(alarmName, alarmContributor, state) };
  }
  const change = AlarmChange.safeParse(event);
  if (change.success)
    return { ok: true, event: alarmLevel(change.data.detail.alarmName, change.data.detail.state) };
  const action = AlarmAction.safeParse(event);
  if (action.success) {
    const { alarmName, alarmContributor, state } = action.data.alarmData;
    return {
      ok: true,
      event:
        alarmContributor === undefined
          ? alarmLevel(alarmName, state)
          : contributorLevel(alarmName, alarmContributor, state),
    };
  }
  const nearest = { contributor: contributor.error, change: change.error, action: action.error };
  const reason = z.prettifyError(nearest[likeness(event)]);
  return { ok: false, reason: `not an alarm event as AWS documents them:\n${reason}` };
}

/** Which of the shapes an event was meant to be: of that one the errors are told. */
function likeness(event: unknown): 'contributor' | 'change' | 'action' {
  const read = z
    .looseObject({ 'detail-type': z.optional(z.unknown()), alarmData: z.optional(z.unknown()) })
    .safeParse(event);
  if (read.data?.['detail-type'] === 'CloudWatch Alarm Contributor State Change') return 'contributor';
  return read.data?.alarmData === undefined ? 'change' : 'action';
}

type StateOf = z.infer<typeof State>;

function contributorLevel(
  alarm: string,
  { attributes }: z.infer<typeof Contributor>,
  { value, timestamp }: StateOf,
): AlarmEvent {
  return { about: 'contributor', alarm, attributes, value, atMs: timestamp };
}

function alarmLevel(alarm: string, { value, timestamp }: StateOf): AlarmEvent {
  return { about: 'alarm', alarm, value, atMs: timestamp };
}
