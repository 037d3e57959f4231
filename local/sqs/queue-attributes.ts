import * as z from 'zod';
import { AwsError } from '../kernel/service.ts';
import type { Queue } from './queue.ts';

export const QueueAttributesInput = z.object({
  QueueUrl: z.string(),
  AttributeNames: z.preprocess((value) => (value === '' ? [] : value), z.array(z.string()).default([])),
});

/**
 * The attributes of a queue that GetQueueAttributes gives, all as strings.
 *
 * @throws AwsError `InvalidAttributeName` for a name that standard queues do not have
 */
export function queueAttributes(queue: Queue, wanted: readonly string[]): object {
  const all = allOf(queue);
  const unknown = wanted.find((name) => name !== 'All' && !Object.hasOwn(all, name) && !OPTIONAL.has(name));
  if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  const picked = Object.entries(all).filter(([name]) => wanted.includes('All') || wanted.includes(name));
  return picked.length === 0 ? {} : { Attributes: Object.fromEntries(picked) };
}

/** Attributes that a queue may lack. */
const OPTIONAL = new Set(['RedrivePolicy', 'RedriveAllowPolicy', 'Policy', 'KmsMasterKeyId']);

function allOf(queue: Queue): Record<string, string> {
  const { settings } = queue;
  const { visible, inFlight, delayed } = queue.counts();
  return {
    QueueArn: settings.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(settings.visibilityTimeoutS),
    MessageRetentionPeriod: String(settings.retentionS),
    DelaySeconds: String(settings.delayS),
    ReceiveMessageWaitTimeSeconds: String(settings.receiveWaitS),
    MaximumMessageSize: String(settings.maxMessageBytes),
    SqsManagedSseEnabled: String(settings.isEncrypted),
    ...(settings.redrive === undefined ? {} : { RedrivePolicy: JSON.stringify(settings.redrive) }),
  };
}
