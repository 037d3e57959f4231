import type { Kernel } from '../kernel/kernel.ts';
import type { Need, NeedsByOperation } from '../kernel/need.ts';
import type { RestRequest } from '../kernel/service.ts';
import { logGroupOf, logStreamOf, type FunctionConfig } from './function-config.ts';
import { parseFunctionName } from './function-name.ts';

/** Looks up which execution a callback id belongs to; undefined if it is not known. */
type ExecutionOf = (callbackId: string) => string | undefined;

/**
 * What each operation needs. What is done to an execution is authorised on
 * `function:NAME:VERSION/durable-execution/NAME/ID`, its ARN.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
 */
export function lambdaNeeds(
  kernel: Pick<Kernel, 'region' | 'accountId'>,
  executionOf: ExecutionOf,
): NeedsByOperation {
  const onFunction = (action: string) => (request: RestRequest) => {
    const qualifier = request.query.get('Qualifier') ?? undefined;
    return [
      { action: `lambda:${action}`, resource: functionArn(kernel, request.params['name'] ?? '', qualifier) },
    ];
  };
  const onExecution = (action: string) => (request: RestRequest) => [
    { action: `lambda:${action}`, resource: request.params['arn'] ?? '' },
  ];
  const onCallback = (action: string) => (request: RestRequest) => [
    { action: `lambda:${action}`, resource: executionOf(request.params['id'] ?? '') ?? '*' },
  ];
  return {
    Invoke: onFunction('InvokeFunction'),
    ListFunctions: () => [{ action: 'lambda:ListFunctions', resource: '*' }],
    GetFunction: onFunction('GetFunction'),
    GetFunctionConfiguration: onFunction('GetFunctionConfiguration'),
    ListVersionsByFunction: onFunction('ListVersionsByFunction'),
    GetAlias: onFunction('GetAlias'),
    ListAliases: onFunction('ListAliases'),
    ListEventSourceMappings: () => [{ action: 'lambda:ListEventSourceMappings', resource: '*' }],
    GetEventSourceMapping: ({ params }: RestRequest) => [
      {
        action: 'lambda:GetEventSourceMapping',
        resource: `arn:aws:lambda:${kernel.region}:${kernel.accountId}:event-source-mapping:${params['id'] ?? ''}`,
      },
    ],
    CheckpointDurableExecution: onExecution('CheckpointDurableExecution'),
    GetDurableExecutionState: onExecution('GetDurableExecutionState'),
    StopDurableExecution: onExecution('StopDurableExecution'),
    GetDurableExecutionHistory: onExecution('GetDurableExecutionHistory'),
    GetDurableExecution: onExecution('GetDurableExecution'),
    ListDurableExecutionsByFunction: onFunction('ListDurableExecutionsByFunction'),
    SendDurableExecutionCallbackSuccess: onCallback('SendDurableExecutionCallbackSuccess'),
    SendDurableExecutionCallbackFailure: onCallback('SendDurableExecutionCallbackFailure'),
    SendDurableExecutionCallbackHeartbeat: onCallback('SendDurableExecutionCallbackHeartbeat'),
  };
}

/** Whoever hands an event to a function invokes it, under the qualifier that it names. */
export function needsToInvoke(arn: string): Need[] {
  return [{ action: 'lambda:InvokeFunction', resource: arn }];
}

/** The ARN of a function by any name that callers give it. Throws as parseFunctionName. */
export function functionArn(
  { region, accountId }: Pick<Kernel, 'region' | 'accountId'>,
  text: string,
  beside?: string,
): string {
  const { name, qualifier } = parseFunctionName(text, beside);
  const arn = `arn:aws:lambda:${region}:${accountId}:function:${name}`;
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

/**
 * What Lambda asks for when a function is made: to take its role, and in a VPC to make interfaces with it.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export function askForRole(kernel: Pick<Kernel, 'authorize'>, config: FunctionConfig): void {
  const { roleArn } = config;
  const lambda = { kind: 'service', service: 'lambda.amazonaws.com', sourceArn: config.arn } as const;
  kernel.authorize(lambda, [{ action: 'sts:AssumeRole', resource: roleArn }]);
  if (config.isInVpc !== true) return;
  const actions = [
    'CreateNetworkInterface',
    'DescribeNetworkInterfaces',
    'DescribeSubnets',
    'DeleteNetworkInterface',
    'AssignPrivateIpAddresses',
    'UnassignPrivateIpAddresses',
  ];
  const needs = actions.map((action) => ({ action: `ec2:${action}`, resource: '*' }));
  kernel.authorize({ kind: 'role', roleArn }, needs);
}

/**
 * What a function's role must be allowed on a queue that is its event source. Lambda asks when the mapping is made.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function needsToPoll(queueArn: string): Need[] {
  return ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => ({
    action: `sqs:${action}`,
    resource: queueArn,
  }));
}

/** What a function's role must be allowed so that Lambda can write its log. */
export function needsToLog(
  { region, accountId }: Pick<Kernel, 'region' | 'accountId'>,
  config: FunctionConfig,
): Need[] {
  const group = `arn:aws:logs:${region}:${accountId}:log-group:${logGroupOf(config)}`;
  const resource = `${group}:log-stream:${logStreamOf(config)}`;
  return [
    { action: 'logs:CreateLogStream', resource },
    { action: 'logs:PutLogEvents', resource },
  ];
}
