import type { IncomingHttpHeaders } from 'node:http';

/**
 * Says why a request must be refused because a web page of another site may be behind it, or undefined.
 *
 * Signatures are not verified, so the loopback address alone protects this server. A page that a person
 * opens can reach loopback in two ways: by a name of its own that resolves to 127.0.0.1 (DNS rebinding: the
 * Host header tells), and by a plain cross-site request (the Origin header tells; tools send none).
 */
export function refuseForeign(headers: IncomingHttpHeaders): string | undefined {
  const host = headers.host;
  if (host === undefined || !isLoopback(hostOf(`http://${host}`))) {
    return `The Host header is "${host ?? ''}". This server answers only to 127.0.0.1 and localhost.`;
  }
  const origin = headers.origin;
  if (origin !== undefined && !isLoopback(hostOf(origin))) {
    return `The request comes from a page of "${origin}". This server answers only to this machine.`;
  }
  return undefined;
}

/**
 * Says why a request must be refused because a page of another site makes it, or undefined. A browser sends no
 * Origin with a link or a picture, and a GET is enough to publish in AWS Query: only this header tells. Not for
 * what merely shows something, which people may link to.
 */
export function refuseCrossSite(headers: IncomingHttpHeaders): string | undefined {
  if (headers['sec-fetch-site'] !== 'cross-site') return undefined;
  return 'The request comes from a link or a picture of another site. The embedded cloud answers only to this machine.';
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

/** `*.localhost` is loopback by RFC 6761, section 6.3. */
function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}
