import { OperationsSettings, readSettings } from '../../shared/runtime/settings.ts';

export const settings = readSettings(
  OperationsSettings,
  process.env,
  'infra/constructs/common-environment.ts',
);
