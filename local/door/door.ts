import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Kernel, LocalClock } from '../kernel/kernel.ts';
import { ConnectionLost, type Gate } from '../kernel/gate.ts';
import { AwsError, type RestResponse, type Service } from '../kernel/service.ts';
import { decode, protocolOf, type Protocol } from './decode.ts';
import { answerOfError } from './answer-error.ts';
import { findService, type Address, type Envelope } from './find-service.ts';
import { readBody } from './read-body.ts';
import { refuseCrossSite, refuseForeign } from './refuse-foreign.ts';

export interface DoorOptions {
  /** Read anew on every request, so services may be added after the door has opened. */
  readonly services: readonly Service[];
  /** ARN of the role whose key it is; undefined for a key that no role has. */
  readonly roleOf: (accessKeyId: string) => string | undefined;
  /** What every request passes before its operation. */
  readonly gate?: Gate;
  readonly log: Kernel['log'];
  readonly clock: LocalClock;
  /** 0 or absent: any free port. */
  readonly port?: number;
}

export interface Door {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly endpoint: string;
  /** Takes no new requests; answers in flight get two seconds before their connections are cut. */
  readonly close: () => Promise<void>;
}

/** Who calls with a key that no role has: the person at the machine, with any tool. */
const OWNER = 'owner';
const GRACE_MS = 2_000;
/** Longer than the SDK keeps a socket idle, so that the server does not close one just as it is used again. */
const KEEP_ALIVE_MS = 75_000;

/**
 * Opens the HTTP front of the embedded cloud on the loopback address. It speaks AWS JSON 1.0 and 1.1, AWS
 * Query, Smithy RPC v2 (CBOR) and the REST routes of the services; signatures are read for the service and the caller, not verified.
 *
 * @throws Error if the port is taken
 */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const server = createServer((request, response) => {
    void serve(options, request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.listen(options.port ?? 0, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Error(
      `The embedded cloud cannot listen on 127.0.0.1:${options.port ?? 0} (${String(error)}). ` +
        'Is another one running there? Choose another port, or 0 for any free one.',
      { cause: error },
    );
  }
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, close: () => closeServer(server, options.clock) };
}

async function closeServer(server: Server, clock: LocalClock): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const cancel = clock.after(GRACE_MS, () => {
    server.closeAllConnections();
  });
  await closed;
  cancel();
}

async function serve(
  options: DoorOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedAtMs = options.clock.nowMs();
  const requestId = randomUUID();
  response.setHeader('x-amzn-requestid', requestId);
  // A client that goes away in the middle is its own affair.
  response.on('error', () => undefined);
  const refusal = refuseForeign(request.headers) ?? refuseCrossSite(request.headers);
  if (refusal !== undefined) {
    options.log('warn', 'request refused', { requestId, reason: refusal });
    request.resume();
    const error = new AwsError('AccessDeniedException', refusal, 403);
    send(response, answerOfError({ protocol: 'rest', error, requestId }));
    return;
  }
  const envelope = envelopeOf(request);
  const exchange = { options, request, response, envelope, requestId, startedAtMs };
  try {
    await pass(exchange, findService(options.services, envelope));
  } catch (error) {
    const unaddressed = { serviceName: 'unknown', service: undefined, accessKeyId: undefined };
    fail(exchange, unaddressed, 'rest', error);
  }
}

interface Exchange {
  readonly options: DoorOptions;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly envelope: Envelope;
  readonly requestId: string;
  readonly startedAtMs: number;
}

async function pass(exchange: Exchange, address: Address): Promise<void> {
  const { options, request, response, envelope, requestId } = exchange;
  const protocol = protocolOf(address, envelope);
  const roleArn = roleOf(options, address);
  let answer: RestResponse;
  let operation: string;
  try {
    const body = await readBody(request);
    const call = { principal: principalOf(roleArn), requestId };
    const decoded = decode(protocol, { address, envelope, body, call });
    ({ operation } = decoded);
    const passage = {
      service: address.serviceName,
      operation,
      roleArn,
      isUnsigned: address.accessKeyId === undefined,
      input: decoded.input,
      mayRepeat: mayRepeat(envelope.headers),
    };
    answer = await (options.gate?.onRequest?.(passage, decoded.perform) ?? decoded.perform());
  } catch (error) {
    fail(exchange, address, protocol, error);
    return;
  }
  send(response, answer);
  logRequest(exchange, address, operation, answer.status);
}

function fail(exchange: Exchange, address: Address, protocol: Protocol, error: unknown): void {
  const { options, request, response, requestId } = exchange;
  if (error instanceof ConnectionLost) {
    request.socket.destroy();
    return;
  }
  if (request.destroyed && !request.complete) {
    options.log('debug', 'client went away', { requestId, service: address.serviceName });
    return;
  }
  const isQueryMode = request.headers['x-amzn-query-mode'] === 'true';
  const answer = answerOfError({ protocol, error, requestId, rpc: address.service?.rpc, isQueryMode });
  if (answer.status >= 500) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    options.log('error', 'operation failed', { requestId, service: address.serviceName, reason });
  } else if (error instanceof AwsError && error.code === 'UnknownOperationException') {
    options.log('warn', error.message, { requestId });
  }
  // What is left of a refused body must be taken off the connection, or the client never reads the answer.
  request.resume();
  send(response, answer);
  logRequest(exchange, address, error instanceof AwsError ? error.code : 'failed', answer.status);
}

function logRequest(exchange: Exchange, address: Address, what: string, status: number): void {
  const { options, requestId, startedAtMs } = exchange;
  const { serviceName: service } = address;
  const tookMs = options.clock.nowMs() - startedAtMs;
  const caller = principalOf(roleOf(options, address));
  options.log('debug', 'request', { requestId, service, what, caller, status, tookMs });
}

/** The SDKs say which try of how many this is: `amz-sdk-request: attempt=1; max=3`. */
function mayRepeat(headers: Envelope['headers']): boolean {
  return !/\bmax=1\b/.test(String(headers['amz-sdk-request'] ?? ''));
}

/** Whoever does not sign has no role either: `curl`, a browser on this machine. What they may ask, the gate knows. */
function roleOf(options: DoorOptions, { accessKeyId }: Address): string | undefined {
  return accessKeyId === undefined ? undefined : options.roleOf(accessKeyId);
}

/** The last part of a role's ARN is its name. */
function principalOf(roleArn: string | undefined): string {
  return roleArn?.split('/').at(-1) ?? OWNER;
}

function send(response: ServerResponse, { status, headers, body }: RestResponse): void {
  if (response.headersSent || response.destroyed) return;
  const bytes =
    typeof body === 'object' && !(body instanceof Uint8Array) ? JSON.stringify(body) : (body ?? '');
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(bytes) });
  response.end(bytes);
}

function envelopeOf(request: IncomingMessage): Envelope {
  const base = 'http://127.0.0.1';
  const url = URL.parse(request.url ?? '/', base) ?? new URL(base);
  return { method: request.method ?? 'GET', url, headers: request.headers };
}
