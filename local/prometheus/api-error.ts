import { PromqlEvaluationError } from '../../shared/promql/evaluate.ts';
import { SeriesLimitError } from '../../shared/promql/storage/memory-store.ts';
import { errorText, type PromqlError } from '../../shared/promql/syntax/syntax-error.ts';
import type { RestResponse } from '../kernel/service.ts';

/** The kinds of errors of Prometheus' API that occur here, with the status of the answer. */
const STATUS = { bad_data: 400, execution: 422, internal: 500, timeout: 503 } as const;

/** A request that is refused. The message is the answer's `error`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly errorType: keyof typeof STATUS;

  constructor(message: string, errorType: keyof typeof STATUS = 'bad_data') {
    super(message);
    this.errorType = errorType;
  }
}

/** Prometheus tells the first thing that is wrong with a text. */
export function firstErrorText([first]: readonly PromqlError[], text: string): string {
  return first === undefined ? '' : errorText(first, text);
}

/** What went wrong with a request, in Prometheus' JSON. What is neither the asker's nor the query's fault is thrown again. */
export function answerOfError(error: unknown): RestResponse {
  if (error instanceof PromqlEvaluationError || error instanceof SeriesLimitError)
    return refusal('execution', error.message);
  if (error instanceof ApiError) return refusal(error.errorType, error.message);
  throw error;
}

export function refusal(errorType: keyof typeof STATUS, error: string): RestResponse {
  return { status: STATUS[errorType], body: { status: 'error', errorType, error } };
}
