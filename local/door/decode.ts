import { AwsError, type Call, type RestResponse } from '../kernel/service.ts';
import { decodeCbor } from './decode-cbor.ts';
import { decodeQuery } from './decode-query.ts';
import { unflatten } from './unflatten.ts';
import { CBOR_HEADERS, encodeCbor } from './encode-cbor.ts';
import { encodeJson } from './encode-json.ts';
import { encodeXml } from './encode-xml.ts';
import { targetOf, type Address, type Envelope } from './find-service.ts';
import { matchRoute } from './match-route.ts';

/** How a request speaks, which decides how its errors are written. */
export type Protocol = 'json' | 'query' | 'rest' | 'cbor';

/** Services that the cloud does not have and whose clients read errors as XML without speaking Query. */
const XML_SPEAKERS = new Set(['s3', 'route53', 'cloudfront']);

export interface Incoming {
  readonly address: Address;
  readonly envelope: Envelope;
  readonly body: Buffer;
  readonly call: Call;
}

/** A request that is understood: what it asks for, and how to carry it out and encode the answer. */
export interface Decoded {
  readonly operation: string;
  /** What the operation gets; the `RestRequest` of a REST route. */
  readonly input: unknown;
  readonly perform: () => Promise<RestResponse>;
}

/** Tells the protocol from the request alone, so that even a request for a missing service is answered in it. */
export function protocolOf({ service, serviceName }: Address, { method, url, headers }: Envelope): Protocol {
  if (targetOf(headers) !== undefined) return 'json';
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') return 'cbor';
  if (XML_SPEAKERS.has(serviceName)) return 'query';
  if (matchRoute(service?.rest ?? [], method, url.pathname) !== undefined) return 'rest';
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return isForm || url.searchParams.has('Action') ? 'query' : 'rest';
}

/**
 * Decodes a request. What it gives still has to be performed.
 *
 * @throws AwsError `UnknownOperationException` if the service or the operation is not there,
 * `SerializationException` for a body that cannot be read; `perform` throws what the operation throws
 */
export function decode(protocol: Protocol, incoming: Incoming): Decoded {
  switch (protocol) {
    case 'json':
      return decodeJson(incoming);
    case 'query':
      return decodeForm(incoming);
    case 'rest':
      return decodeRest(incoming);
    case 'cbor':
      return decodeRpcCbor(incoming);
  }
}

function decodeJson({ address, envelope, body, call }: Incoming): Decoded {
  const operation = targetOf(envelope.headers)?.operation ?? '';
  const { handle, rpc } = rpcOperation(address, operation);
  const input = parseJson(body);
  return {
    operation,
    input,
    perform: async () => {
      const contentType = `application/x-amz-json-${rpc.jsonVersion}`;
      const output = encodeJson(await handle(input, call));
      return { status: 200, headers: { 'content-type': contentType }, body: output };
    },
  };
}

/** The path names service and operation: `/service/GraniteServiceVersion20100801/operation/DescribeAlarms`. */
function decodeRpcCbor({ address, envelope, body, call }: Incoming): Decoded {
  const operation = envelope.url.pathname.split('/').at(-1) ?? '';
  const { handle } = rpcOperation(address, operation);
  const input = decodeCbor(body);
  return {
    operation,
    input,
    perform: async () => {
      const output = await handle(input, call);
      return { status: 200, headers: CBOR_HEADERS, body: encodeCbor(output) };
    },
  };
}

function decodeForm({ address, envelope, body, call }: Incoming): Decoded {
  if (XML_SPEAKERS.has(address.serviceName)) {
    throw unknownOperation(address, `${envelope.method} ${envelope.url.pathname}`);
  }
  const form = new URLSearchParams(body.length > 0 ? textOf(body) : envelope.url.search);
  const { action: operation, input: nested } = decodeQuery(form);
  const { handle, rpc } = rpcOperation(address, operation);
  const namespace = rpc.xmlNamespace ?? '';
  const flatNames = rpc.flatNames?.(operation) ?? {};
  const input = unflatten(nested, flatNames);
  return {
    operation,
    input,
    perform: async () => {
      const output = await handle(input, call);
      const xml = encodeXml({ operation, namespace, output, flatNames, requestId: call.requestId });
      return { status: 200, headers: { 'content-type': 'text/xml' }, body: xml };
    },
  };
}

function decodeRest({ address, envelope, body, call }: Incoming): Decoded {
  const { method, url, headers } = envelope;
  const match = matchRoute(address.service?.rest ?? [], method, url.pathname);
  if (match === undefined) throw unknownOperation(address, `${method} ${url.pathname}`);
  const input = { params: match.params, query: url.searchParams, headers: flatten(headers), body };
  return {
    operation: match.route.operation,
    input,
    perform: async () => withJsonBody(await match.route.handle(input, call)),
  };
}

function rpcOperation(address: Address, operation: string) {
  const rpc = address.service?.rpc;
  // Object.hasOwn, because `constructor` is no operation.
  const handle =
    rpc !== undefined && Object.hasOwn(rpc.operations, operation) ? rpc.operations[operation] : undefined;
  if (rpc === undefined || handle === undefined) throw unknownOperation(address, operation);
  return { handle, rpc };
}

function unknownOperation({ serviceName, service, accessKeyId }: Address, operation: string): AwsError {
  if (service === undefined && accessKeyId === undefined)
    return new AwsError(
      'MissingAuthenticationToken',
      `The request is not signed, so that nobody can tell which service ${operation} is for. Sign it: any key will do, as AWS_ACCESS_KEY_ID=owner AWS_SECRET_ACCESS_KEY=owner.`,
      403,
    );
  return new AwsError(
    'UnknownOperationException',
    `homeostat's embedded cloud does not implement ${operation} of service ${serviceName}`,
  );
}

function withJsonBody(response: RestResponse): RestResponse {
  const { body } = response;
  if (typeof body !== 'object' || body instanceof Uint8Array) return response;
  const headers = { 'content-type': 'application/json', ...response.headers };
  return { ...response, headers, body: encodeJson(body) };
}

function parseJson(body: Buffer): unknown {
  const text = textOf(body);
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new AwsError('SerializationException', `The request body is not valid JSON: ${String(error)}.`);
  }
}

function textOf(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid UTF-8.');
  }
}

function flatten(headers: Envelope['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}
