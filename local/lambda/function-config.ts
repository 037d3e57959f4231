import { basename } from 'node:path';
import * as z from 'zod';
import { AwsError } from '../kernel/service.ts';

/** One version of a function as the template declares it; `$LATEST` until it is published. */
export interface FunctionConfig {
  readonly name: string;
  /** Without qualifier. */
  readonly arn: string;
  readonly version: string;
  readonly codePath: string;
  /** `file.export`. */
  readonly handler: string;
  readonly runtime: string;
  readonly timeoutS: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly roleArn: string;
  readonly reservedConcurrency?: number | undefined;
  readonly durable?: DurableConfig | undefined;
  readonly deadLetterArn?: string | undefined;
  readonly isInVpc?: boolean | undefined;
  /** Where its log goes; `/aws/lambda/<name>` if not given. */
  readonly logGroup?: string | undefined;
}

export interface DurableConfig {
  readonly executionTimeoutS: number;
  readonly retentionDays: number;
}

/** For all variables of a function together (Lambda developer guide, "Lambda quotas"). */
const MAX_ENVIRONMENT_BYTES = 4_096;

const Variables = z.record(z.string(), z.string()).default({});

/** What we read of AWS::Lambda::Function; other properties (tags, tracing) change nothing locally. */
const Declared = z.object({
  FunctionName: z.string().optional(),
  Code: z.object({ path: z.string() }),
  Handler: z.string().regex(/^[^.]+(\.[^.]+)+$/),
  Runtime: z.string().startsWith('nodejs'),
  Timeout: z.coerce.number().int().min(1).max(900).default(3),
  MemorySize: z.coerce.number().int().min(128).max(10_240).default(128),
  Environment: z
    .object({
      Variables: Variables.refine((all) => Buffer.byteLength(JSON.stringify(all)) <= MAX_ENVIRONMENT_BYTES, {
        error:
          'Lambda was unable to configure your environment variables because they exceeded the 4KB limit',
      }),
    })
    .default({ Variables: {} }),
  Role: z.string().startsWith('arn:'),
  ReservedConcurrentExecutions: z.coerce.number().int().min(0).optional(),
  DeadLetterConfig: z.object({ TargetArn: z.string() }).optional(),
  VpcConfig: z.object({ SubnetIds: z.array(z.string()).default([]) }).optional(),
  LoggingConfig: z.object({ LogGroup: z.string().optional() }).optional(),
  // Limits: https://docs.aws.amazon.com/lambda/latest/api/API_DurableConfig.html
  DurableConfig: z
    .object({
      ExecutionTimeout: z.coerce.number().int().min(1).max(31_622_400),
      RetentionPeriodInDays: z.coerce.number().int().min(1).max(90).default(14),
    })
    .optional(),
  Layers: z.array(z.unknown()).max(0, 'layers are not run locally').optional(),
});

/**
 * Reads the properties of an AWS::Lambda::Function with all intrinsics resolved.
 *
 * @throws AwsError InvalidParameterValueException that names the function and every wrong property
 */
export function readFunctionConfig(
  properties: Readonly<Record<string, unknown>>,
  place: { readonly suggestedName: string; readonly region: string; readonly accountId: string },
): FunctionConfig {
  const read = Declared.safeParse(properties);
  if (!read.success) {
    throw new AwsError(
      'InvalidParameterValueException',
      `AWS::Lambda::Function ${place.suggestedName}: ${z.prettifyError(read.error)}`,
    );
  }
  const declared = read.data;
  const name = declared.FunctionName ?? place.suggestedName;
  return {
    name,
    arn: `arn:aws:lambda:${place.region}:${place.accountId}:function:${name}`,
    version: '$LATEST',
    codePath: declared.Code.path,
    handler: declared.Handler,
    runtime: declared.Runtime,
    timeoutS: declared.Timeout,
    memoryMb: declared.MemorySize,
    environment: declared.Environment.Variables,
    roleArn: declared.Role,
    reservedConcurrency: declared.ReservedConcurrentExecutions,
    deadLetterArn: declared.DeadLetterConfig?.TargetArn,
    isInVpc: declared.VpcConfig !== undefined && declared.VpcConfig.SubnetIds.length > 0,
    logGroup: declared.LoggingConfig?.LogGroup,
    durable: declared.DurableConfig && {
      executionTimeoutS: declared.DurableConfig.ExecutionTimeout,
      retentionDays: declared.DurableConfig.RetentionPeriodInDays,
    },
  };
}

export function logGroupOf({ name, logGroup }: FunctionConfig): string {
  return logGroup ?? `/aws/lambda/${name}`;
}

export function logStreamOf({ codePath, version }: FunctionConfig): string {
  return `${basename(codePath)}[${version}]`;
}
