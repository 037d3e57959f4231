import { randomUUID } from 'node:crypto';

/** An event as targets get it (EventBridge user guide, "AWS service event metadata"). */
export interface Event {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601 in whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface EventContent {
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
  readonly atMs: number;
}

/** Puts an event into its envelope, with an id of its own. */
export function envelope(
  { source, detailType, resources, detail, atMs }: EventContent,
  place: { readonly region: string; readonly accountId: string },
): Event {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account: place.accountId,
    time: isoSeconds(atMs),
    region: place.region,
    resources,
    detail,
  };
}

/** `2026-03-01T09:00:00Z` */
function isoSeconds(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
