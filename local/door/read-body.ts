import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AwsError } from '../kernel/service.ts';

const inflate = promisify(gunzip);

/** Ours: above the 16 MB of DynamoDB and the 6 MB of Lambda, so that their own limits are met first. */
const MAX_BODY_BYTES = 20 * 1024 * 1024;

/**
 * Reads a whole request body and takes gzip off. The limit holds before and after unpacking, so that a
 * small bomb cannot fill the memory.
 *
 * @throws AwsError `RequestEntityTooLargeException` (413) over 20 MB, `SerializationException` (400) for gzip
 * that cannot be unpacked or an encoding other than gzip
 */
export async function readBody(request: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<Buffer> {
  const raw = await collect(request, maxBytes);
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === 'aws-chunked' || encoding === '') return raw;
  if (encoding !== 'gzip') {
    throw new AwsError(
      'SerializationException',
      `The request body has content-encoding "${encoding}"; only gzip is understood.`,
    );
  }
  return unpack(raw, maxBytes);
}

async function collect(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const declaredBytes = Number(request.headers['content-length'] ?? 0);
  if (declaredBytes > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // Leaving the loop early must not cut the connection, or the client never reads why.
  const arriving = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const chunk of arriving) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function unpack(raw: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await inflate(raw, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes);
    throw new AwsError(
      'SerializationException',
      `The gzip request body cannot be unpacked: ${String(error)}.`,
    );
  }
}

function tooLarge(maxBytes: number): AwsError {
  return new AwsError(
    'RequestEntityTooLargeException',
    `The request body is larger than ${maxBytes} bytes. Send less in one request.`,
    413,
  );
}
