import { createHash } from 'node:crypto';
import * as z from 'zod';

/** AWS::Lambda::EventSourceMapping on a queue; limits as on AWS. */
const Declared = z.object({
  EventSourceArn: z.string().regex(/^arn:aws:sqs:/, 'only SQS queues are event sources locally'),
  FunctionName: z.string(),
  BatchSize: z.coerce.number().int().min(1).max(10_000).default(10),
  MaximumBatchingWindowInSeconds: z.coerce.number().int().min(0).max(300).default(0),
  ScalingConfig: z
    .object({ MaximumConcurrency: z.coerce.number().int().min(2).max(1000).optional() })
    .default({}),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  Enabled: z.union([z.boolean(), z.stringbool()]).default(true),
  FilterCriteria: z
    .undefined({ error: 'filter criteria are not applied locally; filter in the function' })
    .optional(),
});

export interface EventSourceMapping {
  readonly id: string;
  readonly queueArn: string;
  /** As declared: name or ARN, with or without qualifier. */
  readonly functionName: string;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly maxConcurrency: number;
  readonly mayFailInPart: boolean;
  readonly isEnabled: boolean;
}

/** AWS starts with five pollers; without ScalingConfig that is also the local limit. */
const DEFAULT_CONCURRENCY = 5;

/**
 * Reads an AWS::Lambda::EventSourceMapping.
 *
 * @throws ZodError that names each property which cannot be done locally
 */
export function readEventSourceMapping(
  properties: Readonly<Record<string, unknown>>,
  suggestedName: string,
): EventSourceMapping {
  const declared = Declared.refine(
    (each) => each.BatchSize <= 10 || each.MaximumBatchingWindowInSeconds > 0,
    'a BatchSize over 10 needs a MaximumBatchingWindowInSeconds of at least 1',
  ).parse(properties);
  return {
    id: uuidOf(suggestedName),
    queueArn: declared.EventSourceArn,
    functionName: declared.FunctionName,
    batchSize: declared.BatchSize,
    windowMs: declared.MaximumBatchingWindowInSeconds * 1000,
    maxConcurrency: declared.ScalingConfig.MaximumConcurrency ?? DEFAULT_CONCURRENCY,
    mayFailInPart: declared.FunctionResponseTypes.length > 0,
    isEnabled: declared.Enabled,
  };
}

function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
