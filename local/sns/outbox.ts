import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const OutboxLine = z.object({
  /** ISO 8601, UTC. */
  at: z.string(),
  protocol: z.string(),
  endpoint: z.string(),
  /** ARN; not there if the message went straight to a phone number. */
  topic: z.string().optional(),
  subject: z.string().optional(),
  message: z.string(),
  /** Message attributes, by name; binary ones in base64. */
  attributes: z.record(z.string(), z.string()),
  messageId: z.string(),
});

/** What would have gone to a person: an e-mail, a text message, a web hook. */
export type OutboxMessage = z.infer<typeof OutboxLine>;

export interface Outbox {
  readonly add: (messages: readonly OutboxMessage[]) => void;
  /** All messages since the state folder was made, oldest first. */
  readonly messages: () => OutboxMessage[];
}

/**
 * Opens the outbox: `outbox.jsonl` in a folder, one message a line, only ever appended to. Without a
 * folder it is kept in memory. A line torn by a kill in mid-write is passed over: its publisher got no
 * answer.
 */
export function openOutbox(folder: string | undefined): Outbox {
  const file = folder === undefined ? undefined : join(folder, 'outbox.jsonl');
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const text = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (file !== undefined && text !== '' && !text.endsWith('\n')) appendFileSync(file, '\n');
  const messages = text.split('\n').flatMap(readLine);
  return {
    add: (added) => {
      if (added.length === 0) return;
      if (file !== undefined) appendFileSync(file, added.map((one) => `${JSON.stringify(one)}\n`).join(''));
      messages.push(...added);
    },
    messages: () => [...messages],
  };
}

function readLine(line: string): OutboxMessage[] {
  try {
    return [OutboxLine.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}
