import type { SNSClient } from '@aws-sdk/client-sns';
import { PublishCommand } from '@aws-sdk/client-sns';
import { personTopic, systemTopic } from '../../contract/names.ts';
import type { Pager } from '../../ports/orders.ts';

/**
 * Publishes pages to the person's topic and notices to the system's, with attributes that
 * subscriptions filter on.
 *
 * @param topicArnBase what stands before a topic's name: `arn:aws:sns:eu-west-1:123456789012:`
 */
export function snsPager(client: SNSClient, topicArnBase: string): Pager {
  const publish = async (
    topic: string,
    subject: string,
    text: string,
    attributes: Record<string, string>,
  ): Promise<string> => {
    const sent = await client.send(
      new PublishCommand({
        TopicArn: `${topicArnBase}${topic}`,
        Subject: subject,
        Message: text,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [
            name,
            { DataType: 'String', StringValue: value },
          ]),
        ),
      }),
    );
    return sent.MessageId ?? 'accepted';
  };
  return {
    page: (system, incident, { id, to, kind, severity, subject, text }) =>
      publish(personTopic(to), subject, text, { system, incident, kind, severity, page: id }),
    notice: (system, incident, { id, team, kind, severity, subject, text }) =>
      publish(systemTopic(system), subject, text, { system, incident, kind, severity, team, notice: id }),
    raw: async (system, people, { severity, team, subject, text }) => {
      const attributes = { system, kind: 'alarm', severity };
      await Promise.all([
        publish(systemTopic(system), subject, text, { ...attributes, team }),
        ...people.map((to) => publish(personTopic(to), subject, text, attributes)),
      ]);
    },
  };
}
