import * as z from 'zod';
import { AwsError, type RestResponse } from '../kernel/service.ts';
import type { Protocol } from './decode.ts';
import { encodeXmlError } from './encode-xml.ts';

/**
 * Writes a failure in the protocol of its request: `__type` and `x-amzn-errortype` for JSON and REST, an
 * `ErrorResponse` for Query. Input that a service's schema refuses is a `ValidationException` (400); anything
 * that is no {@link AwsError} is an `InternalFailure` (500) whose reason goes to the caller too, because the
 * caller is the owner of the machine.
 */
export function answerOfError(
  protocol: Protocol,
  error: unknown,
  namespace: string,
  requestId: string,
): RestResponse {
  const { code, message, status } = asAwsError(error);
  if (protocol === 'query') {
    const body = encodeXmlError({ code, message, status, namespace, requestId });
    return { status, headers: { 'content-type': 'text/xml' }, body };
  }
  const contentType = protocol === 'json' ? 'application/x-amz-json-1.0' : 'application/json';
  return {
    status,
    headers: { 'content-type': contentType, 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message }),
  };
}

function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof z.ZodError) return new AwsError('ValidationException', z.prettifyError(error));
  return new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
}
