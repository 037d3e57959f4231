import type { HttpRequest } from '../../ports/http.ts';
import { GetFailed } from './get-failed.ts';

/** Bodies up to this size are taken even when the budget is used up: a small target must not pay for large ones. */
const SMALL_BYTES = 1024 * 1024;

/** The memory that all bodies under way share. */
export class ByteBudget {
  readonly #maxBytes: number;
  #usedBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Opens the account of one body; release it when the body is read or given up. */
  account({ maxBytes, whenLarger }: Pick<HttpRequest, 'maxBytes' | 'whenLarger'>): BodyAccount {
    const chunks: Buffer[] = [];
    let size = 0;
    return {
      add: (chunk) => {
        const part = chunk.subarray(0, whenLarger === 'cut' ? maxBytes - size : chunk.length);
        size += part.length;
        this.#usedBytes += part.length;
        if (size > maxBytes)
          throw new GetFailed('too_large', `the body is larger than ${String(maxBytes)} bytes`);
        if (size > SMALL_BYTES && this.#usedBytes > this.#maxBytes) {
          throw new GetFailed(
            'too_large',
            `too many large bodies at once; this one is over ${String(size)} bytes`,
          );
        }
        chunks.push(part);
        return whenLarger === 'cut' && size === maxBytes ? 'full' : 'more';
      },
      bytes: () => Buffer.concat(chunks),
      release: () => {
        this.#usedBytes -= size;
        size = 0;
      },
    };
  }
}

/** What one body may take of the memory. */
export interface BodyAccount {
  /** @throws GetFailed `too_large` when the body, or all bodies together, are over their limit */
  readonly add: (chunk: Buffer) => 'more' | 'full';
  readonly bytes: () => Buffer;
  readonly release: () => void;
}
