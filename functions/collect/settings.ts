import * as z from 'zod/mini';
import { readSettings } from '../../shared/runtime/settings.ts';

const Settings = z.object({
  /** The table that holds the leases. */
  TABLE_NAME: z.string().check(z.minLength(1)),
  AWS_REGION: z.string().check(z.minLength(1)),
  /** Set by the embedded cloud only. */
  AWS_ENDPOINT_URL: z.optional(z.url()),
  /** Set by Lambda: the folder of the bundle and its catalog. */
  LAMBDA_TASK_ROOT: z.string().check(z.minLength(1)),
});

/** The environment, read once per cold start. */
export const settings = readSettings(Settings, process.env, 'infra/stacks/collection-stack.ts');
