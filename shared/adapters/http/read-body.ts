import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { BodyAccount } from './byte-budget.ts';
import { GetFailed } from './get-failed.ts';

/**
 * Reads the body of an answer into its account, unpacked, until its end or until the account is full.
 *
 * Piped by hand: `pipeline` never settles when its reader stops while there is still packed input to unpack.
 *
 * @throws GetFailed, or what a stream threw; the signal's reason as soon as it aborts
 */
export async function readBody(
  response: IncomingMessage,
  body: BodyAccount,
  signal: AbortSignal,
): Promise<void> {
  const unpacked = unpack(response);
  try {
    await new Promise<void>((resolve, reject) => {
      unpacked.on('data', (chunk: Buffer) => {
        try {
          if (body.add(chunk) === 'full') stop(unpacked, resolve);
        } catch (error) {
          stop(unpacked, () => {
            reject(error);
          });
        }
      });
      unpacked.once('end', resolve);
      // These stay on: what is destroyed below may still complain, and an error nobody hears ends the process.
      unpacked.on('error', reject);
      response.on('error', reject);
      response.once('close', () => {
        if (!response.complete) reject(new GetFailed('reset', 'the connection ended before the body did'));
      });
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
      if (signal.aborted) reject(signal.reason as Error);
    });
  } finally {
    unpacked.removeAllListeners('data');
    response.destroy();
    unpacked.destroy();
  }
}

/** No chunk may come after this one: it would be counted after the account is closed. */
function stop(source: Readable, settle: () => void): void {
  source.removeAllListeners('data');
  source.pause();
  settle();
}

function unpack(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return response;
  if (encoding === 'gzip' || encoding === 'x-gzip') return response.pipe(createGunzip());
  response.destroy();
  throw new GetFailed(
    'encoding',
    `the body is encoded as ${JSON.stringify(encoding)}; only gzip can be unpacked`,
  );
}
