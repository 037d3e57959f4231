import * as z from 'zod';
import { parseFunctionName } from './function-name.ts';
import type { ResolvedFunction } from './function-registry.ts';

/** How the asynchronous events of one function are retried and where their results go. */
export interface EventInvokeSettings {
  readonly maximumRetryAttempts: number;
  readonly maximumAgeMs: number;
  readonly onSuccessArn?: string | undefined;
  readonly onFailureArn?: string | undefined;
}

export interface EventInvokeConfigs {
  readonly put: (properties: Readonly<Record<string, unknown>>) => string;
  readonly of: (target: ResolvedFunction) => EventInvokeSettings;
}

const Destination = z.object({ Destination: z.string() }).optional();

/** AWS::Lambda::EventInvokeConfig; defaults and limits as on AWS. */
const Declared = z.object({
  FunctionName: z.string(),
  Qualifier: z.string().default('$LATEST'),
  MaximumRetryAttempts: z.coerce.number().int().min(0).max(2).default(2),
  MaximumEventAgeInSeconds: z.coerce.number().int().min(60).max(21_600).default(21_600),
  DestinationConfig: z.object({ OnSuccess: Destination, OnFailure: Destination }).default({}),
});

const DEFAULTS: EventInvokeSettings = { maximumRetryAttempts: 2, maximumAgeMs: 21_600_000 };

/** The event invoke configurations of all functions, by function and qualifier. */
export function createEventInvokeConfigs(): EventInvokeConfigs {
  const all = new Map<string, EventInvokeSettings>();
  return {
    put: (properties) => {
      const declared = Declared.parse(properties);
      const key = `${parseFunctionName(declared.FunctionName).name}:${declared.Qualifier}`;
      all.set(key, {
        maximumRetryAttempts: declared.MaximumRetryAttempts,
        maximumAgeMs: declared.MaximumEventAgeInSeconds * 1000,
        onSuccessArn: declared.DestinationConfig.OnSuccess?.Destination,
        onFailureArn: declared.DestinationConfig.OnFailure?.Destination,
      });
      return key;
    },
    of: ({ config, qualifier }) => all.get(`${config.name}:${qualifier ?? '$LATEST'}`) ?? DEFAULTS,
  };
}
