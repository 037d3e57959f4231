import type { Kernel } from '../kernel/kernel.ts';
import { logGroupOf, logStreamOf, type FunctionConfig } from './function-config.ts';

/**
 * The whole environment of a function's process: what the template gives, what Lambda sets, and
 * nothing of ours. Lambda's own names win, as on AWS where a template may not set them.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function processVariables(config: FunctionConfig, kernel: Kernel): Record<string, string> {
  const { accessKeyId, secretAccessKey } = kernel.credentialsFor(config.roleArn);
  const ownOptions = config.environment['NODE_OPTIONS'];
  return {
    ...config.environment,
    _HANDLER: config.handler,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_DEFAULT_REGION: kernel.region,
    AWS_ENDPOINT_URL: kernel.endpoint(),
    AWS_EXECUTION_ENV: `AWS_Lambda_${config.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: config.name,
    AWS_LAMBDA_FUNCTION_VERSION: config.version,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logGroupOf(config),
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamOf(config),
    AWS_REGION: kernel.region,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    LAMBDA_TASK_ROOT: config.codePath,
    LANG: 'en_US.UTF-8',
    NODE_OPTIONS: [ownOptions, ...heapOptions(config.memoryMb, ownOptions)].filter(Boolean).join(' '),
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
  };
}

/** As Lambda's own Node runtime sizes the heap, unless the owner does: the young generation 5 %, the old one 90 %. */
function heapOptions(memoryMb: number, ownOptions = ''): string[] {
  if (/--max[-_](semi|old)[-_]space[-_]size/.test(ownOptions)) return [];
  const share = (percent: number): number => Math.floor((memoryMb * percent) / 100);
  return [`--max-old-space-size=${share(90)}`, `--max-semi-space-size=${share(5)}`];
}
