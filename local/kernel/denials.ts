import type { Refusal } from './need.ts';

/** How each service says "you may not", by its signing name, where it is not as most say it. From their API references. */
const DENIALS: ReadonlyMap<string, Refusal> = new Map([
  ['monitoring', { code: 'AccessDenied', status: 403 }],
  ['lambda', { code: 'AccessDeniedException', status: 403 }],
  ['scheduler', { code: 'AccessDeniedException', status: 403 }],
  ['sns', { code: 'AuthorizationError', status: 403 }],
]);

/** @param service a signing name: `sns`, `monitoring` */
export function denialOf(service: string): Refusal {
  return DENIALS.get(service) ?? { code: 'AccessDeniedException', status: 400 };
}
