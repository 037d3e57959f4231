import * as z from 'zod';
import type { Endpoint } from '../compiled.ts';
import { addSentence, protocolOf } from './text.ts';

const PROTOCOLS = ['email', 'sms', 'https', 'sqs'] as const;

const email = z.email('an e-mail address such as ana@example.com');
const sms = z
  .string()
  .regex(/^\+[1-9][0-9]{6,14}$/, 'a phone number in E.164 form, in quotes, such as "+4915112345678"');
const https = z
  .string()
  .refine((text) => protocolOf(text) === 'https:', 'a URL that begins with https://')
  .meta({ format: 'uri' });
// A FIFO queue cannot subscribe to a standard topic, so .fifo is not accepted.
const sqs = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,80}$/,
    'the ARN of a standard SQS queue such as arn:aws:sqs:eu-central-1:123456789012:pages',
  );

/** The four kinds of address; a contact or subscription gives exactly one of them. */
export const endpointShape = {
  email: email.optional().describe('E-mail address. SNS sends a confirmation that must be accepted once.'),
  sms: sms.optional().describe('Phone number in E.164 form, in quotes.'),
  https: https.optional().describe('Webhook; SNS posts to it.'),
  sqs: sqs.optional().describe('ARN of a standard SQS queue.'),
};

/** For editors: exactly one of the four keys. */
export const exactlyOneEndpoint = { oneOf: PROTOCOLS.map((protocol) => ({ required: [protocol] })) };

type EndpointKeys = { readonly [Protocol in (typeof PROTOCOLS)[number]]?: string | undefined };

/** The one endpoint that is given; adds an issue if there is none or more than one. */
export function toEndpoint(keys: EndpointKeys, context: z.RefinementCtx): Endpoint {
  const given = PROTOCOLS.filter((protocol) => keys[protocol] !== undefined);
  const [protocol] = given;
  const address = protocol === undefined ? undefined : keys[protocol];
  if (protocol === undefined || address === undefined || given.length > 1) {
    const found = given.join(' and ') || 'no address';
    addSentence(context, `found ${found}, expected exactly one of ${PROTOCOLS.join(', ')}`);
    return z.NEVER;
  }
  return { protocol, address };
}
