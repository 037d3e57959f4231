import * as z from 'zod';
import { OperationsSettings, readSettings } from '../../shared/runtime/settings.ts';

const Settings = OperationsSettings.extend({
  PASS_EVERY_S: z.coerce.number().int().min(1).max(60).describe('How often within its minute it looks.'),
});

export const settings = readSettings(Settings, process.env, 'infra/stacks/response-stack.ts');
