import * as z from 'zod';
import { OperationsSettings, readSettings } from '../../shared/runtime/settings.ts';

const Settings = OperationsSettings.extend({
  DEAD_LETTERS_URL: z.string().min(1).describe('Where messages go that cannot be understood.'),
});

export const settings = readSettings(Settings, process.env, 'infra/stacks/alerting-stack.ts');
