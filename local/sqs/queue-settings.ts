import * as z from 'zod';
import type { DeclaredResource } from '../kernel/service.ts';

/** A number of a template, which may also be written as a string. */
const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

const flag = z.union([z.boolean(), z.stringbool()]);

const RedrivePolicy = z.object({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: integer(1, 1_000),
});

/** Which queues may give up their messages to this one; without it all may. */
const RedriveAllowPolicy = z.discriminatedUnion('redrivePermission', [
  z.strictObject({ redrivePermission: z.literal('allowAll') }),
  z.strictObject({ redrivePermission: z.literal('denyAll') }),
  z.strictObject({
    redrivePermission: z.literal('byQueue'),
    sourceQueueArns: z.array(z.string()).min(1).max(10),
  }),
]);

/** Properties of AWS::SQS::Queue. Limits and defaults are those of SetQueueAttributes. */
const Properties = z.object({
  QueueName: z
    .string()
    .regex(/^[\w-]{1,80}$/, '1 to 80 letters, digits, hyphens and underscores')
    .optional(),
  VisibilityTimeout: integer(0, 43_200).default(30),
  MessageRetentionPeriod: integer(60, 1_209_600).default(345_600),
  DelaySeconds: integer(0, 900).default(0),
  ReceiveMessageWaitTimeSeconds: integer(0, 20).default(0),
  MaximumMessageSize: integer(1_024, 1_048_576).default(1_048_576),
  RedrivePolicy: z.preprocess(fromJson, RedrivePolicy).optional(),
  RedriveAllowPolicy: z.preprocess(fromJson, RedriveAllowPolicy).optional(),
  FifoQueue: flag
    .default(false)
    .refine((isFifo) => !isFifo, 'FIFO queues are not part of the embedded cloud; use a standard queue'),
  SqsManagedSseEnabled: flag.default(true),
  KmsMasterKeyId: z.string().optional(),
});

/** What a queue is told by its template. */
export interface QueueSettings {
  readonly name: string;
  readonly arn: string;
  readonly visibilityTimeoutS: number;
  readonly retentionS: number;
  readonly delayS: number;
  readonly receiveWaitS: number;
  readonly maxMessageBytes: number;
  readonly isEncrypted: boolean;
  readonly mayRedriveFrom: (queueArn: string) => boolean;
  readonly redrive?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };
}

/**
 * Reads one AWS::SQS::Queue of a template.
 *
 * @param arnPrefix `arn:aws:sqs:<region>:<account>:`
 * @throws ZodError if a property is out of its limits, or the queue is a FIFO queue
 */
export function readQueueSettings(
  { properties, suggestedName }: DeclaredResource,
  arnPrefix: string,
): QueueSettings {
  const read = Properties.parse(properties);
  const name = read.QueueName ?? suggestedName;
  return {
    name,
    arn: `${arnPrefix}${name}`,
    visibilityTimeoutS: read.VisibilityTimeout,
    retentionS: read.MessageRetentionPeriod,
    delayS: read.DelaySeconds,
    receiveWaitS: read.ReceiveMessageWaitTimeSeconds,
    maxMessageBytes: read.MaximumMessageSize,
    mayRedriveFrom: (queueArn) => {
      const allowed = read.RedriveAllowPolicy ?? { redrivePermission: 'allowAll' };
      if (allowed.redrivePermission === 'byQueue') return allowed.sourceQueueArns.includes(queueArn);
      return allowed.redrivePermission === 'allowAll';
    },
    isEncrypted: read.SqsManagedSseEnabled || read.KmsMasterKeyId !== undefined,
    ...(read.RedrivePolicy === undefined ? {} : { redrive: read.RedrivePolicy }),
  };
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
