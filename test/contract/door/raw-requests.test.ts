import { once } from 'node:events';
import { request, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { openDoor, type Door } from '../../../local/door/door.ts';
import { realClock } from '../../../local/kernel/real-clock.ts';
import type { Service } from '../../../local/kernel/service.ts';

let door: Door;
let received: unknown[] = [];
let signed: boolean[] = [];
let logged: { level: string; message: string }[] = [];

const service: Service = {
  name: 'monitoring',
  rpc: {
    targetPrefix: 'Granite',
    jsonVersion: '1.0',
    operations: {
      Take: (input) => {
        received.push(input);
        return {};
      },
      Strict: (input) => z.object({ Name: z.string() }).parse(input),
      Break: () => {
        throw new Error('the disk is full');
      },
    },
  },
  rest: [
    {
      method: 'POST',
      path: '/v1/metrics',
      operation: 'PutOtlpMetrics',
      handle: ({ body, headers }) => {
        received.push(body.toString(), headers['content-type']);
        return { status: 202, body: new Uint8Array([1, 2]) };
      },
    },
  ],
};

beforeAll(async () => {
  door = await openDoor({
    services: [service],
    roleOf: () => undefined,
    gate: {
      onRequest: (passage, perform) => {
        signed.push(passage.isUnsigned !== true);
        return perform();
      },
    },
    log: (level, message) => logged.push({ level, message }),
    clock: realClock(),
  });
});
afterAll(async () => {
  await door.close();
});
beforeEach(() => {
  received = [];
  signed = [];
  logged = [];
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

function send(headers: OutgoingHttpHeaders, body: string | Buffer = '', path = '/'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${door.endpoint}${path}`, { method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode, headers: response.headers, text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const target = (operation: string) => ({ 'x-amz-target': `Granite.${operation}` });

describe('finding the service', () => {
  test('by target without a signature', async () => {
    expect(await send(target('Take'), '{"a":1}')).toMatchObject({ status: 200, text: '{}' });
    expect(received).toEqual([{ a: 1 }]);
  });

  test('by path without a signature', async () => {
    const answer = await send({ 'content-type': 'application/x-protobuf' }, 'bytes', '/v1/metrics');
    expect(answer).toMatchObject({ status: 202, text: '\u0001\u0002' });
    expect(received).toEqual(['bytes', 'application/x-protobuf']);
  });

  test.each([
    {
      what: 'a service that is not there, in JSON',
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=K/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host',
        'x-amz-target': 'Kinesis_20131202.PutRecord',
      },
      says: "homeostat's embedded cloud does not implement PutRecord of service kinesis",
    },
    {
      what: 'a service that is not there, over REST',
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=K/20260101/us-east-1/eks/aws4_request' },
      says: "homeostat's embedded cloud does not implement POST / of service eks",
    },
    {
      what: 'an operation that is not there',
      headers: target('constructor'),
      says: "homeostat's embedded cloud does not implement constructor of service monitoring",
    },
  ])('$what', async ({ headers, says }) => {
    const answer = await send(headers);
    expect(answer.status).toBe(400);
    expect(answer.headers['x-amzn-errortype']).toBe('UnknownOperationException');
    const { __type, message } = JSON.parse(answer.text) as { __type: string; message: string };
    expect(__type).toBe('UnknownOperationException');
    expect(message).toContain(says);
    expect(logged).toContainEqual({ level: 'warn', message });
  });

  test.each([
    { headers: {}, body: '', what: 'POST /' },
    {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=ListTopics',
      what: 'ListTopics',
    },
  ])('nothing tells which service an unsigned $what is for', async ({ headers, body, what }) => {
    const answer = await send(headers, body);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('MissingAuthenticationToken');
    expect(answer.text).toContain(`which service ${what} is for. Sign it: any key will do`);
  });

  test('a service that is not there, over Query', async () => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=K/20260101/us-east-1/sts/aws4_request';
    const form = { authorization, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const answer = await send(form, 'Action=GetCallerIdentity');
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('<Code>UnknownOperationException</Code>');
    expect(answer.text).toContain('does not implement GetCallerIdentity of service sts');
  });
});

describe('who may ask', () => {
  test.each([
    { headers: { host: 'evil.example', ...target('Take') } },
    { headers: { origin: 'https://evil.example', ...target('Take') } },
    { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', ...target('Take') } },
    { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', ...target('Take') } },
  ])('not $headers', async ({ headers }) => {
    const answer = await send(headers, '{}');
    expect(answer.status).toBe(403);
    expect(answer.headers['x-amzn-errortype']).toBe('AccessDeniedException');
    expect(received).toEqual([]);
  });

  test('the gate is told whether anybody signed', async () => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=K/20260101/us-east-1/monitoring/aws4_request';
    await send(target('Take'), '{}');
    await send({ ...target('Take'), authorization }, '{}');
    await send({ ...target('Take'), authorization: 'Bearer K' }, '{}');
    expect(signed).toEqual([false, true, false]);
  });

  test('a page of this machine may', async () => {
    expect(await send({ origin: 'http://localhost:8080', ...target('Take') }, '{}')).toMatchObject({
      status: 200,
    });
  });

  test.each(['none', 'same-origin', 'same-site'])('a browser here that says "%s" may', async (site) => {
    expect(await send({ 'sec-fetch-site': site, ...target('Take') }, '{}')).toMatchObject({ status: 200 });
  });
});

describe('bodies', () => {
  test('gzip is taken off', async () => {
    const answer = await send({ 'content-encoding': 'gzip', ...target('Take') }, gzipSync('{"a":"ä"}'));
    expect(answer.status).toBe(200);
    expect(received).toEqual([{ a: 'ä' }]);
  });

  test.each([
    { what: 'no JSON', headers: {}, body: '{"a":' },
    { what: 'no UTF-8', headers: {}, body: Buffer.from([0x22, 0xe4, 0x22]) },
    { what: 'no gzip', headers: { 'content-encoding': 'gzip' }, body: 'plain' },
    { what: 'cut gzip', headers: { 'content-encoding': 'gzip' }, body: gzipSync('{"a":1}').subarray(0, 15) },
    { what: 'another encoding', headers: { 'content-encoding': 'br' }, body: '{}' },
  ])('$what is a SerializationException', async ({ headers, body }) => {
    const answer = await send({ ...headers, ...target('Take') }, body);
    expect(answer).toMatchObject({ status: 400, headers: { 'x-amzn-errortype': 'SerializationException' } });
    expect(received).toEqual([]);
  });

  test.each([
    {
      what: 'declared',
      headers: { 'content-length': 21 * 1024 * 1024 },
      body: Buffer.alloc(21 * 1024 * 1024),
    },
    {
      what: 'sent in chunks',
      headers: { 'transfer-encoding': 'chunked' },
      body: Buffer.alloc(21 * 1024 * 1024),
    },
    {
      what: 'unpacked',
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync(Buffer.alloc(21 * 1024 * 1024, ' ')),
    },
  ])('more than 20 MB $what is refused with an answer', async ({ headers, body }) => {
    const answer = await send({ ...headers, ...target('Take') }, body);
    expect(answer).toMatchObject({
      status: 413,
      headers: { 'x-amzn-errortype': 'RequestEntityTooLargeException' },
    });
  });

  test('what a schema refuses is the caller’s mistake', async () => {
    const answer = await send(target('Strict'), '{"Name":1}');
    expect(answer).toMatchObject({ status: 400, headers: { 'x-amzn-errortype': 'ValidationException' } });
    expect(answer.text).toContain('expected string');
  });

  test('what breaks inside is a 500 with its reason, and is logged', async () => {
    const answer = await send(target('Break'), '{}');
    expect(answer).toMatchObject({ status: 500, headers: { 'x-amzn-errortype': 'InternalFailure' } });
    expect(answer.text).toContain('the disk is full');
    expect(logged).toContainEqual({ level: 'error', message: 'operation failed' });
  });
});

describe('connections', () => {
  test('one is used again for the next request, also after an error', async () => {
    const socket = connect(Number(new URL(door.endpoint).port), '127.0.0.1');
    const lines = (operation: string) =>
      `POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: Granite.${operation}\r\nContent-Length: 2\r\n\r\n{}`;
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.write(lines('Take') + lines('Nothing') + lines('Take'));
    while ((text.match(/HTTP\/1\.1 \d+/g) ?? []).length < 3) await once(socket, 'data');
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400', 'HTTP/1.1 200']);
    expect(text.match(/x-amzn-requestid: [0-9a-f-]{36}/g)).toHaveLength(3);
    socket.destroy();
  });

  test('a client that goes away in the middle of its body harms nobody', async () => {
    const socket = connect(Number(new URL(door.endpoint).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: Granite.Take\r\nContent-Length: 99\r\n\r\n{',
    );
    socket.destroy();
    await once(socket, 'close');
    expect(await send(target('Take'), '{"after":1}')).toMatchObject({ status: 200 });
    expect(received).toEqual([{ after: 1 }]);
  });

  test('a port that is taken is named', async () => {
    const port = Number(new URL(door.endpoint).port);
    const options = {
      services: [],
      roleOf: () => undefined,
      log: () => undefined,
      clock: realClock(),
      port,
    };
    await expect(openDoor(options)).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
  });
});
