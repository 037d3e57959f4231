import type { Operation } from './operation.ts';

/**
 * An operation as the API and the invocation event show it. Times are Dates: the API writes them as
 * epoch seconds, JSON.stringify of the event as ISO text, and the SDK reads both so.
 */
export function toWire(operation: Operation): object {
  const { result: Result, error: Error } = operation;
  return {
    Id: operation.id,
    ParentId: operation.parentId,
    Name: operation.name,
    Type: operation.type,
    SubType: operation.subType,
    Status: operation.status,
    StartTimestamp: new Date(operation.startedAtMs),
    EndTimestamp: dateOf(operation.endedAtMs),
    ...(operation.type === 'EXECUTION' && { ExecutionDetails: { InputPayload: Result } }),
    ...(operation.type === 'STEP' && {
      StepDetails: {
        Attempt: operation.attempt,
        NextAttemptTimestamp: dateOf(operation.dueAtMs),
        Result,
        Error,
      },
    }),
    ...(operation.type === 'WAIT' && {
      WaitDetails: { ScheduledEndTimestamp: dateOf(operation.dueAtMs ?? operation.endedAtMs) },
    }),
    ...(operation.type === 'CALLBACK' && {
      CallbackDetails: { CallbackId: operation.callback?.callbackId, Result, Error },
    }),
    ...(operation.type === 'CONTEXT' && {
      ContextDetails: { ReplayChildren: operation.replayChildren, Result, Error },
    }),
  };
}

/**
 * The operations that a replay needs: those inside a finished context are left out, unless the
 * context asked to keep them, because its own result stands for them.
 *
 * @param operations parents before their children, as they were started
 */
export function visibleOperations(operations: readonly Operation[]): Operation[] {
  const hiding = new Set<string>();
  return operations.filter((operation) => {
    const isHidden = operation.parentId !== undefined && hiding.has(operation.parentId);
    const isFinished = operation.type === 'CONTEXT' && operation.endedAtMs !== undefined;
    if (isHidden || (isFinished && operation.replayChildren !== true)) hiding.add(operation.id);
    return !isHidden;
  });
}

/** One page of the state. The rest is fetched by GetDurableExecutionState with the marker. */
export interface StatePage {
  readonly Operations: object[];
  readonly NextMarker?: string;
}

/** An invocation event holds 6 MB; the rest of it needs little. */
const PAGE_BYTES = 4_000_000;
const PAGE_ITEMS = 1000;

/** The page of the visible operations that begins at the marker (a count); the first without one. */
export function statePage(operations: readonly Operation[], marker = '0', maxItems = PAGE_ITEMS): StatePage {
  const visible = visibleOperations(operations);
  const from = Number(marker);
  let bytes = 0;
  let to = from;
  while (to < visible.length && to - from < Math.min(maxItems, PAGE_ITEMS)) {
    bytes += Buffer.byteLength(JSON.stringify(visible[to]));
    if (bytes > PAGE_BYTES && to > from) break;
    to += 1;
  }
  const page = { Operations: visible.slice(from, to).map((each) => toWire(each)) };
  return to < visible.length ? { ...page, NextMarker: String(to) } : page;
}

function dateOf(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms);
}
