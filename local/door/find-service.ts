import type { IncomingHttpHeaders } from 'node:http';
import type { Service } from '../kernel/service.ts';
import { matchRoute } from './match-route.ts';

/** Where a request is going, as far as its envelope tells. */
export interface Address {
  /** The signing name that was asked for, or a best guess for the error message. */
  readonly serviceName: string;
  /** Undefined if the cloud has no such service. */
  readonly service: Service | undefined;
  /** Undefined if the request is not signed. */
  readonly accessKeyId: string | undefined;
}

/** The parts of a request that say where it is going. */
export interface Envelope {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Finds the service of a request: by the SigV4 credential scope (`KEY/20260101/us-east-1/sns/aws4_request`,
 * in the Authorization header or presigned in the query), else by the prefix of X-Amz-Target, else by the
 * path, over the REST routes of all services.
 */
export function findService(services: readonly Service[], envelope: Envelope): Address {
  const scope = credentialScope(envelope);
  if (scope !== undefined) {
    const service = services.find((one) => one.name === scope.serviceName);
    return { serviceName: scope.serviceName, service, accessKeyId: scope.accessKeyId };
  }
  const prefix = targetOf(envelope.headers)?.prefix;
  const service =
    prefix === undefined
      ? services.find(
          (one) => matchRoute(one.rest ?? [], envelope.method, envelope.url.pathname) !== undefined,
        )
      : services.find((one) => one.rpc?.targetPrefix === prefix);
  return { serviceName: service?.name ?? prefix ?? 'unknown', service, accessKeyId: undefined };
}

/** Splits `X-Amz-Target: AmazonSQS.SendMessage`; undefined without one. */
export function targetOf(
  headers: IncomingHttpHeaders,
): { readonly prefix: string; readonly operation: string } | undefined {
  const target = headers['x-amz-target'];
  if (typeof target !== 'string') return undefined;
  const dot = target.lastIndexOf('.');
  return { prefix: target.slice(0, Math.max(dot, 0)), operation: target.slice(dot + 1) };
}

function credentialScope({
  headers,
  url,
}: Envelope): { readonly accessKeyId: string; readonly serviceName: string } | undefined {
  const credential =
    /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? url.searchParams.get('X-Amz-Credential');
  const parts = credential?.split('/') ?? [];
  const [accessKeyId, , , serviceName] = parts;
  if (parts.length !== 5 || accessKeyId === undefined || serviceName === undefined) return undefined;
  return { accessKeyId, serviceName };
}
