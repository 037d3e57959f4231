import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What one execution environment hears from its process over the Lambda Runtime API. */
export interface RuntimeListener {
  /** The process is free; it gets its event through `send`, now or later. */
  readonly onNext: (send: (event: RuntimeEvent) => void) => void;
  readonly onResponse: (requestId: string, payload: string) => void;
  readonly onError: (requestId: string, error: string) => void;
  readonly onInitError: (error: string) => void;
}

export interface RuntimeEvent {
  readonly requestId: string;
  readonly deadlineMs: number;
  readonly invokedFunctionArn: string;
  /** JSON text. */
  readonly payload: string;
}

export interface RuntimeApi {
  readonly listen: () => Promise<void>;
  /** Registers an environment; the result is its AWS_LAMBDA_RUNTIME_API (host, port and a secret path). */
  readonly register: (listener: RuntimeListener) => {
    readonly address: string;
    readonly release: () => void;
  };
  readonly close: () => Promise<void>;
}

const ROUTE =
  /^\/([\w-]+)\/2018-06-01\/runtime\/(?:invocation\/(next)|invocation\/([\w-]+)\/(response|error)|(init\/error))$/;

/** The Lambda Runtime API on a free port of 127.0.0.1: one server for all environments. */
export function createRuntimeApi(): RuntimeApi {
  const listeners = new Map<string, RuntimeListener>();
  const server = createServer((request, response) => {
    void serve(listeners, request, response);
  });
  // A process waits for its next event as long as it takes.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  return {
    listen: async () => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    },
    register: (listener) => {
      const address = server.address() as AddressInfo | null;
      if (address === null)
        throw new Error('The Lambda Runtime API does not listen: call start() of lambda first.');
      const id = randomUUID();
      listeners.set(id, listener);
      return { address: `127.0.0.1:${address.port}/${id}`, release: () => listeners.delete(id) };
    },
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  listeners: ReadonlyMap<string, RuntimeListener>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, id = '', next, requestId, kind, init] = ROUTE.exec(request.url ?? '') ?? [];
  const listener = listeners.get(id);
  if (listener === undefined) {
    response.writeHead(403).end();
    return;
  }
  if (next !== undefined) {
    listener.onNext((event) => {
      send(response, event);
    });
    return;
  }
  const body = await readBody(request).catch(() => undefined);
  // The process broke off in mid-sentence; its exit tells the rest.
  if (body === undefined) return;
  if (requestId !== undefined && kind === 'response') listener.onResponse(requestId, body);
  if (requestId !== undefined && kind === 'error') listener.onError(requestId, body);
  if (init !== undefined) listener.onInitError(body);
  response.writeHead(202).end();
}

function send(response: ServerResponse, event: RuntimeEvent): void {
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Lambda-Runtime-Aws-Request-Id': event.requestId,
    'Lambda-Runtime-Deadline-Ms': String(event.deadlineMs),
    'Lambda-Runtime-Invoked-Function-Arn': event.invokedFunctionArn,
  });
  response.end(event.payload);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
