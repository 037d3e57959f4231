import type { OutboxMessage } from '../local/sns/outbox.ts';
import { personTopic, systemTopic } from '../shared/contract/names.ts';
import type { CompiledCatalog } from '../shared/domain/catalog/compiled.ts';
import type { Told } from '../shared/ports/outbox.ts';

/** Puts together what went out as one message by several ways, in the order of the outbox. */
export function toldOf(messages: readonly OutboxMessage[], catalog: CompiledCatalog): Told[] {
  const byMessage = Map.groupBy(messages, ({ messageId, topic }) => `${messageId} ${topic ?? ''}`);
  return [...byMessage.values()].flatMap((ways) => {
    const [first] = ways;
    if (first === undefined) return [];
    const [firstLine = ''] = (first.subject ?? first.message).split('\n');
    const via = [...new Set(ways.map((way) => way.protocol))];
    return [{ at: first.at, ...recipientOf(topicOf(first), catalog), via, subject: firstLine }];
  });
}

/** The name of the topic that a message was published to; of a text to a number, the number. */
function topicOf({ topic, endpoint }: OutboxMessage): string {
  return topic?.split(':').at(-1) ?? endpoint;
}

/** One line: local time, who, by which ways, and what. */
export function toldLine({ at, kind, who, via, subject }: Told): string {
  const time = new Date(at).toTimeString().slice(0, 8);
  return `${time}  ${kind.padEnd(6)}  ${who} (${via.join(', ')}): ${subject}`;
}

/** Who listens to a topic of ours, by its name. */
export function recipientOf(topic: string, catalog: CompiledCatalog): Pick<Told, 'kind' | 'who'> {
  const person = Object.entries(catalog.organization.people).find(([key]) => personTopic(key) === topic);
  if (person !== undefined) return { kind: 'page', who: person[1].name };
  const system = Object.keys(catalog.systems).find((candidate) => systemTopic(candidate) === topic);
  return { kind: 'notice', who: system === undefined ? topic : `subscribers of ${system}` };
}
