import type { IncomingHttpHeaders } from 'node:http';
import { refuseForeign } from '../../local/door/refuse-foreign.ts';

/** What every answer carries: nothing from elsewhere runs, is shown, or frames the page. */
export const SECURITY_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

export interface Refusal {
  readonly status: 403 | 405 | 415;
  readonly message: string;
}

/**
 * Says why a request is refused before it is read, or undefined. There is no login, so the loopback address
 * alone protects the page: no other name of this server (DNS rebinding), and for everything that changes
 * something only the page's own origin, which a browser sends with every POST and no other site can forge.
 */
export function refuseRequest(method: string | undefined, headers: IncomingHttpHeaders): Refusal | undefined {
  const foreign = refuseForeign(headers);
  if (foreign !== undefined) return { status: 403, message: foreign };
  if (method === 'GET') return undefined;
  if (method !== 'POST') return { status: 405, message: `${method ?? 'no method'} is not answered here.` };
  if (headers.origin !== `http://${headers.host ?? ''}`)
    return {
      status: 403,
      message: `The request comes from "${headers.origin ?? 'no page'}". Only the console's own page may change something; from a shell use \`npx homeostat\`.`,
    };
  if (headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== 'application/json')
    return { status: 415, message: 'Expected content-type application/json.' };
  return undefined;
}
