import * as z from 'zod';

/** What every function that writes the log is told; set in infra/constructs/common-environment.ts. */
export const OperationsSettings = z.object({
  TABLE_NAME: z.string().min(1).describe('The table of the logs.'),
  TOPIC_ARN_BASE: z.string().startsWith('arn:').describe('What stands before a topic name.'),
  RECOVER_ARN: z.string().startsWith('arn:').describe('The durable function, with its alias.'),
  AWS_REGION: z.string().min(1),
  AWS_ENDPOINT_URL: z.string().optional().describe('Set by the embedded cloud only.'),
});

/**
 * Reads a function's environment once and reports all that is wrong with it.
 *
 * @param where the file that sets it, for the reader of the error
 * @throws at cold start, naming every variable that is missing or malformed
 */
export function readSettings<T>(
  schema: z.ZodType<T>,
  env: Readonly<Record<string, string | undefined>>,
  where: string,
): T {
  const read = schema.safeParse(env);
  if (read.success) return read.data;
  throw new Error(`Function settings are wrong:\n${z.prettifyError(read.error)}\nThey are set in ${where}.`);
}
