import type { SQSRecord } from 'aws-lambda';

/** What CloudWatch tells about an alarm; without attributes it is about the alarm as a whole. */
export interface AlarmChange {
  readonly alarm: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly value: 'ALARM' | 'OK';
  readonly atMs: number;
}

/** The event that EventBridge carries, in the shape that test/events holds on record. */
export function anAlarmEvent({ alarm, attributes, value, atMs }: AlarmChange): Record<string, unknown> {
  const isContributor = attributes !== undefined;
  return {
    version: '0',
    id: '7a3f21c0-1111-4222-8333-944445555666',
    'detail-type': isContributor
      ? 'CloudWatch Alarm Contributor State Change'
      : 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    account: '123456789012',
    time: `${awsTime(atMs).slice(0, 19)}Z`,
    region: 'eu-west-1',
    resources: [`arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${alarm}`],
    detail: {
      alarmName: alarm,
      ...(isContributor ? { alarmContributor: { id: '6d442278dba546f6', attributes } } : {}),
      state: { value, timestamp: awsTime(atMs) },
      configuration: {},
    },
  };
}

/** What an alarm's Lambda action calls a function with. */
export function anAlarmAction({ alarm, attributes, value, atMs }: AlarmChange): Record<string, unknown> {
  return {
    source: 'aws.cloudwatch',
    alarmArn: `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${alarm}`,
    accountId: '123456789012',
    time: awsTime(atMs),
    region: 'eu-west-1',
    alarmData: {
      alarmName: alarm,
      ...(attributes === undefined ? {} : { alarmContributor: { id: '6d442278dba546f6', attributes } }),
      state: { value, timestamp: awsTime(atMs) },
      configuration: {},
    },
  };
}

/** A message of the alarm queue. */
export function aRecord(messageId: string, body: unknown, receives = 1): SQSRecord {
  return {
    messageId,
    receiptHandle: messageId,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: '0',
      SenderId: 'events',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:homeostat-alarm-events',
    awsRegion: 'eu-west-1',
  };
}

/** `2023-08-04T12:36:15.490+0000`, as CloudWatch writes times. */
function awsTime(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '+0000');
}
