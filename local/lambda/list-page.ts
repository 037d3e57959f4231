import * as z from 'zod';
import { pageOf } from '../kernel/page.ts';

const Asked = z.object({
  MaxItems: z.coerce.number().int().min(1).max(10_000).default(50),
  Marker: z.string().optional(),
});

/**
 * One page of a list of the Lambda API, 50 items if nothing else is asked for.
 *
 * @param member what the list is called in the answer
 */
export function listPage<T>(
  member: string,
  all: readonly T[],
  keyOf: (item: T) => string,
  query: URLSearchParams,
): Record<string, readonly T[] | string> {
  const { MaxItems, Marker } = Asked.parse(Object.fromEntries(query));
  const { items, next } = pageOf(all, keyOf, MaxItems, Marker);
  return next === undefined ? { [member]: items } : { [member]: items, NextMarker: next };
}
