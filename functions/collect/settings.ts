import * as z from 'zod';
import { readSettings } from '../../shared/runtime/settings.ts';

const Settings = z.object({
  TABLE_NAME: z.string().min(1).describe('The table that holds the leases.'),
  AWS_REGION: z.string().min(1),
  AWS_ENDPOINT_URL: z.url().optional().describe('Set by the embedded cloud only.'),
  LAMBDA_TASK_ROOT: z.string().min(1).describe('Set by Lambda: the folder of the bundle and its catalog.'),
});

/** The environment, read once per cold start. */
export const settings = readSettings(Settings, process.env, 'infra/stacks/collection-stack.ts');
