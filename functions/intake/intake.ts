import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { readAlarmEvent } from '../../shared/adapters/cloudwatch/alarm-event.ts';
import type { Operations } from '../../shared/application/record.ts';
import type { Senses } from '../../shared/application/reconcile.ts';
import type { CompiledRule } from '../../shared/domain/catalog/compiled.ts';
import type { KnownEvent } from './known-event.ts';
import type { RawPages } from './page-raw.ts';
import { takeIn } from './take-in.ts';

export interface IntakeDeps extends Operations, Senses {
  readonly deadLetters: DeadLetters;
  readonly rawPages: RawPages;
}

/** Where messages go that nobody can understand, with the reason; a classic alarm watches it. */
export interface DeadLetters {
  readonly put: (body: string, reason: string) => Promise<void>;
}

/** An alarm that the catalog does not know may come from a deployment under way: tried so often before it is put aside. */
const PATIENCE = 4;

/** The direct road: one alarm calls. Thrown errors make Lambda try again. */
export async function intakeOne(deps: IntakeDeps, action: unknown): Promise<void> {
  const known = understand(deps, action);
  // The queue brings the same event, and has the patience that a deployment under way asks for.
  if ('reason' in known && known.isTransient)
    deps.log.warn('An alarm called that the catalog does not know', { reason: known.reason });
  else if ('reason' in known) await deps.deadLetters.put(JSON.stringify(action), known.reason);
  else await takeIn(deps, known.rule.system, [known], true);
}

/** The road through the queue: a batch of events. Messages that fail are named and come again. */
export async function intakeBatch(
  deps: IntakeDeps,
  records: readonly SQSRecord[],
): Promise<SQSBatchResponse> {
  const failed = new Set<string>();
  const understood: (KnownEvent & { readonly messageId: string })[] = [];
  for (const one of records) {
    const parsed = parse(one.body);
    const known = 'reason' in parsed ? { ...parsed, isTransient: false } : understand(deps, parsed.json);
    if (!('reason' in known)) understood.push({ ...known, messageId: one.messageId });
    else if (known.isTransient && Number(one.attributes.ApproximateReceiveCount) < PATIENCE)
      failed.add(one.messageId);
    else await putAside(deps, one, known.reason).catch(() => failed.add(one.messageId));
  }
  for (const [system, some] of Map.groupBy(understood, ({ rule }) => rule.system)) {
    // Already logged and paged; the messages come again.
    await takeIn(deps, system, some).catch(() => some.forEach(({ messageId }) => failed.add(messageId)));
  }
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

function understand(deps: IntakeDeps, raw: unknown): KnownEvent | { reason: string; isTransient: boolean } {
  const read = readAlarmEvent(raw);
  if (!read.ok) return { reason: read.reason, isTransient: false };
  const rule = ruleOf(deps, read.event.alarm);
  if (rule !== undefined) return { rule, event: read.event };
  return {
    reason: `alarm ${read.event.alarm} is not in the catalog ${deps.catalog.hash}: deploy all stacks together`,
    isTransient: true,
  };
}

function ruleOf({ catalog }: IntakeDeps, alarm: string): CompiledRule | undefined {
  return Object.values(catalog.systems)
    .flatMap((system) => system.rules)
    .find((rule) => rule.alarmName === alarm);
}

async function putAside(deps: IntakeDeps, message: SQSRecord, reason: string): Promise<void> {
  deps.log.error('A message cannot be understood and is put aside', { messageId: message.messageId, reason });
  await deps.deadLetters.put(message.body, reason);
}

function parse(body: string): { json: unknown } | { reason: string } {
  try {
    return { json: JSON.parse(body) as unknown };
  } catch (error) {
    return { reason: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}
