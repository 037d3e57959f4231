import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { sqsDeadLetters } from '../../shared/adapters/sqs/dead-letters.ts';
import { opsHandler } from '../../shared/runtime/handler.ts';
import { asLog, opsLogger } from '../../shared/runtime/logger.ts';
import { realOperations } from '../../shared/runtime/operations.ts';
import { intakeBatch, intakeOne } from './intake.ts';
import { settings } from './settings.ts';

const logger = opsLogger('intake');
const deps = {
  ...realOperations(settings, 'intake', asLog(logger)),
  rawPages: new Map<string, number>(),
  deadLetters: sqsDeadLetters(new SQSClient({}), settings.DEAD_LETTERS_URL),
};

const QueueBatch = z.looseObject({
  Records: z.array(
    z.custom<SQSRecord>(
      (record) => z.looseObject({ messageId: z.string(), body: z.string() }).safeParse(record).success,
    ),
  ),
});
/** Whatever else calls is held to be an alarm, and put aside if it is not. */
const IntakeEvent = z.union([
  QueueBatch,
  z.pipe(
    z.looseObject({}),
    z.transform((action) => ({ action })),
  ),
]);

/** Alarm events in, incidents out: see ARCHITECTURE.md, "From an alarm to a page". */
export const handler = opsHandler<z.infer<typeof IntakeEvent>, SQSBatchResponse | void>(
  logger,
  IntakeEvent,
  async (event) => {
    if ('Records' in event) return intakeBatch(deps, event.Records);
    return intakeOne(deps, event.action);
  },
);
