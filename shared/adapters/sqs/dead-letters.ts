import type { SQSClient } from '@aws-sdk/client-sqs';
import { SendMessageCommand } from '@aws-sdk/client-sqs';

/** Puts a message aside with the reason as an attribute, where a person finds both (an attribute holds 256 KB). */
export function sqsDeadLetters(
  client: SQSClient,
  queueUrl: string,
): { put: (body: string, reason: string) => Promise<void> } {
  return {
    put: async (body, reason) => {
      const MessageAttributes = { reason: { DataType: 'String', StringValue: reason.slice(0, 2_000) } };
      // SQS takes no empty body.
      await client.send(
        new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body || '(empty)', MessageAttributes }),
      );
    },
  };
}
