import * as z from 'zod/mini';
import { OperationsSettings, readSettings } from '../../shared/runtime/settings.ts';

const Settings = z.extend(OperationsSettings, {
  /** How often within its minute it looks. */
  PASS_EVERY_S: z.coerce.number().check(z.int(), z.minimum(1), z.maximum(60)),
});

export const settings = readSettings(Settings, process.env, 'infra/stacks/response-stack.ts');
