/** What a failed invocation answers in place of a result. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[] | undefined;
}

export function timedOut(requestId: string | undefined, afterMs: number): FunctionError {
  const seconds = (afterMs / 1000).toFixed(2);
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId ?? 'none'} Error: Task timed out after ${seconds} seconds`,
  };
}

/** @param how `exit status 7` or `signal: SIGKILL` */
export function exited(requestId: string | undefined, how: string): FunctionError {
  return {
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId ?? 'none'} Error: Runtime exited with error: ${how}`,
  };
}

/** Reads the error that a process posted to the Runtime API; text that is no JSON becomes the message. */
export function readFunctionError(text: string): FunctionError {
  try {
    const { errorType = 'Error', errorMessage = '', trace } = JSON.parse(text) as Partial<FunctionError>;
    return { errorType, errorMessage, trace };
  } catch {
    return { errorType: 'Runtime.InvalidError', errorMessage: text };
  }
}
