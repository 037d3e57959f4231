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

/** How a process ends that is killed, for its memory for example. */
export const KILLED = 'signal: killed';

/** Signals in the words of AWS. */
export function signalName(signal: NodeJS.Signals): string {
  const names: Partial<Record<NodeJS.Signals, string>> = {
    SIGABRT: 'aborted',
    SIGKILL: 'killed',
    SIGSEGV: 'segmentation fault',
    SIGTERM: 'terminated',
  };
  return names[signal] ?? signal;
}

/** @param how `exit status 7` or `signal: killed` */
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
