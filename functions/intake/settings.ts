import * as z from 'zod/mini';
import { OperationsSettings, readSettings } from '../../shared/runtime/settings.ts';

const Settings = z.extend(OperationsSettings, {
  /** Where messages go that cannot be understood. */
  DEAD_LETTERS_URL: z.string().check(z.minLength(1)),
});

export const settings = readSettings(Settings, process.env, 'infra/stacks/alerting-stack.ts');
