import type { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import type { MiddlewareObj } from '@middy/core';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';

/**
 * Wraps a function of ours for Lambda: request id and cold start on every log line, the event parsed by its
 * schema, an error logged with its code and thrown on, so that Lambda, the queue or the alarm sees it.
 *
 * @example export const handler = opsHandler(logger, CollectEvent, (event, context) => collect(deps, event));
 */
export function opsHandler<Input, Output>(
  logger: Logger,
  schema: z.ZodMiniType<Input>,
  run: (input: Input, context: Context) => Promise<Output>,
) {
  return middy<unknown, Output>()
    .use(opsMiddleware(logger))
    .handler((event: unknown, context: Context) => run(parse(schema, event), context));
}

/** The same stack for those who build their middy themselves (a durable function has another execution mode). */
export function opsMiddleware(logger: Logger): MiddlewareObj[] {
  return [
    injectLambdaContext(logger, { resetKeys: true }),
    { onError: (request) => logError(logger, request.error) },
  ];
}

function parse<Input>(schema: z.ZodMiniType<Input>, event: unknown): Input {
  const read = schema.safeParse(event);
  if (read.success) return read.data;
  throw new UnreadableEvent(z.prettifyError(read.error));
}

/** The event is not what the schema says: a wrong trigger, or a shape that AWS changed. */
class UnreadableEvent extends Error {
  readonly code = 'UNREADABLE_EVENT';
  constructor(problems: string) {
    super(`The event that started this function is not understood:\n${problems}`);
    this.name = 'UnreadableEvent';
  }
}

function logError(logger: Logger, cause: unknown): void {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  logger.error(error.message, { code, error });
}
