import * as z from 'zod';
import { AwsError, type RestResponse, type RpcApi } from '../kernel/service.ts';
import type { Protocol } from './decode.ts';
import { CBOR_HEADERS, encodeCbor } from './encode-cbor.ts';
import { encodeXmlError } from './encode-xml.ts';

export interface Failure {
  readonly protocol: Protocol;
  readonly error: unknown;
  readonly requestId: string;
  readonly rpc?: RpcApi | undefined;
  /** The client moved from Query to JSON and wants to hear the codes of Query as well. */
  readonly isQueryMode?: boolean;
}

/**
 * Writes a failure in the protocol of its request: `__type` for JSON, REST and CBOR, an `ErrorResponse`
 * for Query. Input that a service's schema refuses is a `ValidationException` (400); anything
 * that is no {@link AwsError} is an `InternalFailure` (500) whose reason goes to the caller too, because the
 * caller is the owner of the machine.
 */
export function answerOfError({ protocol, error, requestId, rpc, isQueryMode }: Failure): RestResponse {
  const { code, message, status } = asAwsError(error);
  const queryCode = rpc?.queryErrors?.[code] ?? code;
  if (protocol === 'query') {
    const namespace = rpc?.xmlNamespace ?? '';
    const body = encodeXmlError({ code: queryCode, message, status, namespace, requestId });
    return { status, headers: { 'content-type': 'text/xml' }, body };
  }
  const party = status < 500 ? 'Sender' : 'Receiver';
  const queryHeader = isQueryMode === true ? { 'x-amzn-query-error': `${queryCode};${party}` } : {};
  if (protocol === 'cbor') {
    return {
      status,
      headers: { ...CBOR_HEADERS, ...queryHeader },
      body: encodeCbor({ __type: code, message }),
    };
  }
  const contentType = protocol === 'json' ? 'application/x-amz-json-1.0' : 'application/json';
  return {
    status,
    headers: { 'content-type': contentType, 'x-amzn-errortype': code, ...queryHeader },
    body: JSON.stringify({ __type: code, message }),
  };
}

function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof z.ZodError) return new AwsError('ValidationException', z.prettifyError(error));
  return new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
}
