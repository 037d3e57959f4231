import * as z from 'zod/mini';
import english from 'zod/v4/locales/en.js';

// The small zod does not know by itself how to say what is wrong.
z.config(english());

/** What every function that writes the log is told; set in infra/constructs/common-environment.ts. */
export const OperationsSettings = z.object({
  /** The table of the logs. */
  TABLE_NAME: z.string().check(z.minLength(1)),
  /** What stands before a topic name. */
  TOPIC_ARN_BASE: z.string().check(z.startsWith('arn:')),
  /** The durable function, with its alias. */
  RECOVER_ARN: z.string().check(z.startsWith('arn:')),
  AWS_REGION: z.string().check(z.minLength(1)),
  /** Set by the embedded cloud only. */
  AWS_ENDPOINT_URL: z.optional(z.string()),
});

/**
 * Reads a function's environment once and reports all that is wrong with it.
 *
 * @param where the file that sets it, for the reader of the error
 * @throws at cold start, naming every variable that is missing or malformed
 */
export function readSettings<T>(
  schema: z.ZodMiniType<T>,
  env: Readonly<Record<string, string | undefined>>,
  where: string,
): T {
  const read = schema.safeParse(env);
  if (read.success) return read.data;
  throw new Error(`Function settings are wrong:\n${z.prettifyError(read.error)}\nThey are set in ${where}.`);
}
