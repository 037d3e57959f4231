export interface Report {
  readonly requestId: string;
  readonly durationMs: number;
  readonly memoryMb: number;
  /** Zero where it is not known. */
  readonly usedMb: number;
  /** Of the first invocation of a process: how long it took to be ready. */
  readonly initMs: number | undefined;
}

/**
 * What the platform writes at the end of an invocation, in the form of AWS, which tools for logs parse.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
 */
export function reportLine({ requestId, durationMs, memoryMb, usedMb, initMs }: Report): string {
  // Being ready is billed since August 2025.
  const billedMs = Math.ceil(durationMs + (initMs ?? 0));
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billedMs} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${usedMb} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
  ];
  return fields.join('\t');
}
