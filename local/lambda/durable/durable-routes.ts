import * as z from 'zod';
import { AwsError, type RestRequest, type RestResponse, type Route } from '../../kernel/service.ts';
import { parseFunctionName } from '../function-name.ts';
import type { FunctionRegistry } from '../function-registry.ts';
import { CheckpointRequest } from './checkpoint.ts';
import type { DurableEngine } from './durable-engine.ts';
import type { Execution } from './execution.ts';
import { WireError } from './operation.ts';

const EXECUTION = '/2025-12-01/durable-executions/:arn';
const CALLBACK = '/2025-12-01/durable-execution-callbacks/:id';

/** The durable operations of the Lambda API, for the SDK inside a function and for everybody around it. */
export function durableRoutes(engine: DurableEngine, registry: FunctionRegistry): Route[] {
  return [
    post(`${EXECUTION}/checkpoint`, 'CheckpointDurableExecution', (request) =>
      engine.checkpoint(arnOf(request), CheckpointRequest.parse(json(request))),
    ),
    get(`${EXECUTION}/state`, 'GetDurableExecutionState', (request) => {
      const { Marker: marker, MaxItems: maxItems } = Paging.parse(queryOf(request));
      const token = request.query.get('CheckpointToken') ?? '';
      return engine.state(arnOf(request), token, { marker, maxItems });
    }),
    post(`${EXECUTION}/stop`, 'StopDurableExecution', (request) => {
      const closed = engine.stopExecution(arnOf(request), WireError.parse(json(request)));
      return { StopTimestamp: dateOf(closed.endedAtMs) };
    }),
    get(`${EXECUTION}/history`, 'GetDurableExecutionHistory', (request) => history(engine, request)),
    get(EXECUTION, 'GetDurableExecution', (request) => describe(engine.get(arnOf(request)))),
    get('/2025-12-01/functions/:name/durable-executions', 'ListDurableExecutionsByFunction', (request) =>
      list(engine, registry, request),
    ),
    post(`${CALLBACK}/succeed`, 'SendDurableExecutionCallbackSuccess', (request) => {
      const result = request.body.length === 0 ? undefined : request.body.toString('utf8');
      return answered(engine, request, { kind: 'succeed', result });
    }),
    post(`${CALLBACK}/fail`, 'SendDurableExecutionCallbackFailure', (request) =>
      answered(engine, request, { kind: 'fail', error: WireError.parse(json(request)) }),
    ),
    post(`${CALLBACK}/heartbeat`, 'SendDurableExecutionCallbackHeartbeat', (request) =>
      answered(engine, request, { kind: 'heartbeat' }),
    ),
  ];
}

type Handle = (request: RestRequest) => object;

function route(method: Route['method'], path: string, operation: string, handle: Handle): Route {
  return {
    method,
    path,
    operation,
    handle: (request): RestResponse => ({ status: 200, body: handle(request) }),
  };
}
const get = (path: string, operation: string, handle: Handle): Route => route('GET', path, operation, handle);
const post = (path: string, operation: string, handle: Handle): Route =>
  route('POST', path, operation, handle);

function answered(
  engine: DurableEngine,
  { params }: RestRequest,
  answer: Parameters<DurableEngine['answerCallback']>[1],
): object {
  engine.answerCallback(params['id'] ?? '', answer);
  return {};
}

const Paging = z.object({
  Marker: z.string().regex(/^\d+$/, 'not a marker of ours').optional(),
  MaxItems: z.coerce.number().int().min(1).max(1000).optional(),
  ReverseOrder: z.stringbool().default(false),
});

/** Cuts a list into the page the caller asked for; the marker counts what went before. */
function paged<T>(all: readonly T[], request: RestRequest): { items: T[]; NextMarker?: string } {
  const { Marker, MaxItems = 100, ReverseOrder } = Paging.parse(queryOf(request));
  const from = Number(Marker ?? '0');
  const items = (ReverseOrder ? all.toReversed() : all).slice(from, from + MaxItems);
  const to = from + items.length;
  return to < all.length ? { items, NextMarker: String(to) } : { items };
}

function history(engine: DurableEngine, request: RestRequest): object {
  const { arn } = engine.get(arnOf(request));
  const { items, ...rest } = paged(engine.store.events(arn), request);
  return { Events: items, ...rest };
}

function list(engine: DurableEngine, registry: FunctionRegistry, request: RestRequest): object {
  const { query } = request;
  const { name, qualifier } = parseFunctionName(
    request.params['name'] ?? '',
    query.get('Qualifier') ?? undefined,
  );
  const { config } = registry.resolve(name, qualifier);
  const wanted = {
    name: query.get('DurableExecutionName'),
    statuses: query.getAll('Statuses'),
    afterMs: timeOf(query.get('StartedAfter')) ?? -Infinity,
    beforeMs: timeOf(query.get('StartedBefore')) ?? Infinity,
  };
  const found = engine.store
    .ofFunction(name)
    .filter((each) => qualifier === undefined || each.version === config.version)
    .filter((each) => wanted.name === null || each.name === wanted.name)
    .filter((each) => wanted.statuses.length === 0 || wanted.statuses.includes(each.status))
    .filter((each) => each.startedAtMs > wanted.afterMs && each.startedAtMs < wanted.beforeMs);
  const { items, ...rest } = paged(found, request);
  return { DurableExecutions: items.map((each) => summary(each)), ...rest };
}

function summary(execution: Execution): object {
  return {
    DurableExecutionArn: execution.arn,
    DurableExecutionName: execution.name,
    FunctionArn: execution.functionArn,
    Status: execution.status,
    StartTimestamp: dateOf(execution.startedAtMs),
    EndTimestamp: dateOf(execution.endedAtMs),
  };
}

function describe(execution: Execution): object {
  return {
    ...summary(execution),
    InputPayload: execution.input,
    Result: execution.status === 'SUCCEEDED' ? execution.result : undefined,
    Error: execution.error,
    Version: execution.version,
    ExecutionDataIncluded: true,
    DurableConfig: {
      ExecutionTimeout: execution.executionTimeoutS,
      RetentionPeriodInDays: execution.retentionDays,
    },
  };
}

function arnOf({ params }: RestRequest): string {
  return params['arn'] ?? '';
}

function queryOf({ query }: RestRequest): Record<string, string> {
  return Object.fromEntries(query);
}

function json({ body }: RestRequest): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new AwsError('InvalidRequestContentException', `The body is not valid JSON: ${String(error)}`);
  }
}

/** The SDK writes times in a query as ISO text; epoch seconds are taken too. */
function timeOf(text: string | null): number | undefined {
  if (text === null) return undefined;
  return /^[\d.]+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

function dateOf(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms);
}
