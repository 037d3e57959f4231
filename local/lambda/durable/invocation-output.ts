import * as z from 'zod';
import type { ErrorObject } from './execution.ts';
import { WireError } from './operation.ts';

/** What one invocation of a durable function came to. */
export type InvocationOutput =
  | { readonly status: 'SUCCEEDED'; readonly result: string | undefined }
  | { readonly status: 'FAILED'; readonly error: ErrorObject }
  | { readonly status: 'PENDING' };

const Output = z.discriminatedUnion('Status', [
  z.object({ Status: z.literal('SUCCEEDED'), Result: z.string().nullish() }),
  z.object({ Status: z.literal('FAILED'), Error: WireError.nullish() }),
  z.object({ Status: z.literal('PENDING') }),
]);

/** Reads what the handler returned. A handler without `withDurableExecution` fails its execution and is told why. */
export function readInvocationOutput(payload: string): InvocationOutput {
  const read = Output.safeParse(JSON.parse(payload));
  if (!read.success) {
    const ErrorMessage =
      'The durable function did not answer with a Status of SUCCEEDED, FAILED or PENDING. Wrap its handler in withDurableExecution.';
    return { status: 'FAILED', error: { ErrorType: 'Runtime.InvalidInvocationOutput', ErrorMessage } };
  }
  switch (read.data.Status) {
    case 'SUCCEEDED':
      return { status: 'SUCCEEDED', result: read.data.Result ?? undefined };
    case 'FAILED':
      return { status: 'FAILED', error: read.data.Error ?? {} };
    case 'PENDING':
      return { status: 'PENDING' };
  }
}
