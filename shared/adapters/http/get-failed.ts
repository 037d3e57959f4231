import type { HttpFailure } from '../../domain/collection/failure.ts';

/** A GET that is over, with the reason as a label and the details as a sentence. */
export class GetFailed extends Error {
  readonly reason: HttpFailure;
  constructor(reason: HttpFailure, message: string) {
    super(message);
    this.reason = reason;
  }
}

const REASON_OF_CODE: Readonly<Record<string, HttpFailure>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ERR_STREAM_PREMATURE_CLOSE: 'reset',
  EPROTO: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
};

/** Finds the reason in what Node threw; what it does not know is a breach of the protocol. */
export function toGetFailed(error: unknown): GetFailed {
  if (error instanceof GetFailed) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return new GetFailed(REASON_OF_CODE[code] ?? reasonOfPrefix(code), message === '' ? code : message);
}

function reasonOfPrefix(code: string): HttpFailure {
  if (/^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_)/.test(code)) return 'tls';
  return code.startsWith('Z_') ? 'encoding' : 'protocol';
}
