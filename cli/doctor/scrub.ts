/** What stands in a recorded event in place of the owner's names and numbers. */
const ACCOUNT = '123456789012';
const ALARM = 'homeostat-shop-shop-ServiceDown-0a1b2c3d';
const EVENT_ID = '00000000-aaaa-4bbb-8ccc-000000000000';

/** A recorded event as a file of test events: its name, and its JSON. */
export interface RecordedEvent {
  readonly file: string;
  readonly text: string;
}

/**
 * Makes test events of what EventBridge told, in the form of `test/events`: one for each kind and state, without
 * account, event ids and the alarm's own name.
 */
export function recordEvents(events: readonly unknown[], alarmName: string): RecordedEvent[] {
  const files = new Map<string, string>();
  for (const event of events) {
    const file = fileOf(event);
    if (!files.has(file)) files.set(file, `${JSON.stringify(scrub(event, alarmName), null, 2)}\n`);
  }
  return [...files].map(([file, text]) => ({ file, text }));
}

function fileOf(event: unknown): string {
  const { 'detail-type': kind, detail } = event as {
    readonly 'detail-type'?: unknown;
    readonly detail?: { readonly state?: { readonly value?: unknown } };
  };
  const level = kind === 'CloudWatch Alarm Contributor State Change' ? 'contributor' : 'alarm';
  const state = detail?.state?.value === 'ALARM' ? 'alarm' : 'ok';
  return `${level}-promql-recorded-${state}.json`;
}

function scrub(event: unknown, alarmName: string): unknown {
  const account = (event as { readonly account?: unknown }).account;
  const clean = (value: unknown, name: string): unknown => {
    if (typeof value === 'string') {
      if (name === 'id' && isEventId(value)) return EVENT_ID;
      const named = value.replaceAll(alarmName, ALARM);
      return typeof account === 'string' && account !== '' ? named.replaceAll(account, ACCOUNT) : named;
    }
    if (Array.isArray(value)) return value.map((item) => clean(item, ''));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clean(item, key)]));
  };
  return clean(event, '');
}

/** The event's own id is a UUID; that of a contributor is a hash of its labels and tells nothing. */
function isEventId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
