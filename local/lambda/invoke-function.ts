import { AwsError } from '../kernel/service.ts';
import type { AsyncEvents } from './async-events.ts';
import type { Outcome } from './execution-environment.ts';
import type { FunctionError } from './function-error.ts';
import type { FunctionRegistry, ResolvedFunction } from './function-registry.ts';
import type { Invoker } from './invoker.ts';

/** The Invoke operation without its HTTP dress. */
export interface InvokeRequest {
  /** Name, `name:qualifier`, partial or full ARN. */
  readonly functionName: string;
  readonly qualifier?: string | undefined;
  readonly type?: 'RequestResponse' | 'Event' | 'DryRun' | undefined;
  /** JSON text; an empty one is `{}`. */
  readonly payload: string;
  /** For durable functions: the key under which this execution is started once. */
  readonly executionName?: string | undefined;
}

export interface InvokeAnswer {
  readonly statusCode: 200 | 202 | 204;
  /** JSON text: the result, or the error object when `functionError` is set. */
  readonly payload: string;
  readonly functionError?: 'Unhandled' | undefined;
  readonly executedVersion: string;
  readonly durableExecutionArn?: string | undefined;
}

/** What a durable function does with an invocation; see durable/durable-engine.ts. */
export interface DurableStarter {
  readonly start: (target: ResolvedFunction, request: DurableStart) => { readonly arn: string };
  /** Resolves when the execution is closed. */
  readonly whenClosed: (arn: string) => Promise<{ result: string } | FunctionError>;
}

export interface DurableStart {
  readonly payload: string;
  readonly name?: string | undefined;
  readonly isAsync: boolean;
}

export interface InvokeDeps {
  readonly registry: FunctionRegistry;
  readonly invoker: Invoker;
  readonly events: AsyncEvents;
  readonly durable: DurableStarter;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const SYNC_LIMIT_BYTES = 6_291_456;
const ASYNC_LIMIT_BYTES = 1_048_576;

/**
 * Invokes a function by any name, synchronously or as an event.
 *
 * @throws AwsError as the Invoke API: ResourceNotFoundException, TooManyRequestsException,
 * RequestTooLargeException, InvalidRequestContentException, InvalidParameterValueException,
 * DurableExecutionAlreadyStartedException
 */
export async function invokeFunction(deps: InvokeDeps, request: InvokeRequest): Promise<InvokeAnswer> {
  const target = deps.registry.resolve(request.functionName, request.qualifier);
  const payload = checkPayload(request);
  const executedVersion = target.config.version;
  checkDurable(target, request);
  if (request.type === 'DryRun') return { statusCode: 204, payload: '', executedVersion };
  if (target.config.durable !== undefined) return invokeDurable(deps, target, { ...request, payload });
  if (request.type === 'Event') {
    deps.events.add(target, payload);
    return { statusCode: 202, payload: '', executedVersion };
  }
  const running = deps.invoker.run({ ...target, payload });
  if (running === 'throttled') throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
  return answerOf(limited(await running), executedVersion);
}

async function invokeDurable(
  deps: InvokeDeps,
  target: ResolvedFunction,
  request: InvokeRequest,
): Promise<InvokeAnswer> {
  const isAsync = request.type === 'Event';
  const { arn } = deps.durable.start(target, {
    payload: request.payload,
    name: request.executionName,
    isAsync,
  });
  const executedVersion = target.config.version;
  if (isAsync) return { statusCode: 202, payload: '', executedVersion, durableExecutionArn: arn };
  const closed = await deps.durable.whenClosed(arn);
  const outcome: Outcome =
    'result' in closed
      ? { ok: true, payload: closed.result, durationMs: 0 }
      : { ok: false, error: closed, durationMs: 0 };
  return { ...answerOf(outcome, executedVersion), durableExecutionArn: arn };
}

function checkPayload(request: InvokeRequest): string {
  const limitBytes = request.type === 'Event' ? ASYNC_LIMIT_BYTES : SYNC_LIMIT_BYTES;
  if (Buffer.byteLength(request.payload) > limitBytes) {
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${limitBytes} bytes for the InvokeFunction operation`,
      413,
    );
  }
  if (request.payload === '') return '{}';
  try {
    JSON.parse(request.payload);
    return request.payload;
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
}

function checkDurable(target: ResolvedFunction, request: InvokeRequest): void {
  const { durable } = target.config;
  if (durable === undefined) {
    if (request.executionName === undefined) return;
    throw invalid(`DurableExecutionName is given, but ${target.config.name} is not a durable function.`);
  }
  if (target.qualifier === undefined) {
    throw invalid('You cannot invoke a durable function using an unqualified ARN.');
  }
  if (request.type !== 'Event' && durable.executionTimeoutS > 900) {
    throw invalid(
      'You cannot synchronously invoke a durable function with an executionTimeout greater than 15 minutes.',
    );
  }
}

function limited(outcome: Outcome): Outcome {
  if (!outcome.ok || Buffer.byteLength(outcome.payload) <= SYNC_LIMIT_BYTES) return outcome;
  return {
    ok: false,
    durationMs: outcome.durationMs,
    error: {
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: `Response payload size exceeded maximum allowed payload size (${SYNC_LIMIT_BYTES} bytes).`,
    },
  };
}

function answerOf(outcome: Outcome, executedVersion: string): InvokeAnswer {
  if (outcome.ok) return { statusCode: 200, payload: outcome.payload, executedVersion };
  const payload = JSON.stringify(outcome.error);
  return { statusCode: 200, payload, functionError: 'Unhandled', executedVersion };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
