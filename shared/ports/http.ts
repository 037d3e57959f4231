import type { HttpFailure } from '../domain/collection/failure.ts';

export type HttpAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      /** Lower case, without parameters; empty if the answer has none. */
      readonly contentType: string;
      /** Decompressed; cut at the limit when the request asked for that. */
      readonly body: Uint8Array;
    }
  | { readonly ok: false; readonly reason: HttpFailure; readonly detail: string };

export interface HttpRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** From the first packet to the last byte of the body, redirects included. */
  readonly timeoutMs: number;
  /** Of the decompressed body. */
  readonly maxBytes: number;
  /** What a larger body means: a failure, or its first `maxBytes` bytes. */
  readonly whenLarger: 'fail' | 'cut';
}

/** A GET that cannot hurt the caller: bounded in time and size, and it never throws. */
export type HttpGet = (request: HttpRequest) => Promise<HttpAnswer>;
