import { AwsError, type RestRequest, type RestResponse, type Route } from '../kernel/service.ts';
import type { FunctionConfig } from './function-config.ts';
import type { FunctionRegistry } from './function-registry.ts';
import { listPage } from './list-page.ts';
import type { InvokeAnswer, InvokeRequest } from './invoke-function.ts';

const FUNCTIONS = '/2015-03-31/functions';

/** Invoke, and the functions, versions and aliases that there are, of the Lambda API. */
export function invokeRoutes(
  registry: FunctionRegistry,
  invoke: (request: InvokeRequest) => Promise<InvokeAnswer>,
): Route[] {
  return [
    {
      method: 'POST',
      path: `${FUNCTIONS}/:name/invocations`,
      operation: 'Invoke',
      handle: async (request) => answer(await invoke(readInvoke(request))),
    },
    {
      method: 'GET',
      path: FUNCTIONS,
      operation: 'ListFunctions',
      handle: ({ query }) => {
        const functions = registry.list().map((config) => describe(config));
        return ok(listPage('Functions', functions, ({ FunctionName }) => FunctionName, query));
      },
    },
    {
      method: 'GET',
      path: `${FUNCTIONS}/:name`,
      operation: 'GetFunction',
      handle: ({ params, query }) => {
        const { config } = registry.resolve(param(params, 'name'), query.get('Qualifier') ?? undefined);
        return ok({ Configuration: describe(config), Code: { Location: `file://${config.codePath}` } });
      },
    },
    {
      method: 'GET',
      path: `${FUNCTIONS}/:name/configuration`,
      operation: 'GetFunctionConfiguration',
      handle: ({ params, query }) =>
        ok(describe(registry.resolve(param(params, 'name'), query.get('Qualifier') ?? undefined).config)),
    },
    {
      method: 'GET',
      path: `${FUNCTIONS}/:name/versions`,
      operation: 'ListVersionsByFunction',
      handle: ({ params, query }) => {
        const versions = registry.versions(param(params, 'name')).map((config) => describe(config));
        // `$LATEST` comes first, the others in the order of their numbers.
        return ok(listPage('Versions', versions, ({ Version }) => Version.padStart(10, ' '), query));
      },
    },
    {
      method: 'GET',
      path: `${FUNCTIONS}/:name/aliases`,
      operation: 'ListAliases',
      handle: ({ params, query }) => {
        const aliases = registry
          .aliases(param(params, 'name'))
          .map(({ name, arn, version }) => ({ AliasArn: arn, Name: name, FunctionVersion: version }));
        return ok(listPage('Aliases', aliases, ({ Name }) => Name, query));
      },
    },
    {
      method: 'GET',
      path: `${FUNCTIONS}/:name/aliases/:alias`,
      operation: 'GetAlias',
      handle: ({ params }) => {
        const name = param(params, 'alias');
        const { arn, version } = registry.alias(param(params, 'name'), name);
        return ok({ AliasArn: arn, Name: name, FunctionVersion: version });
      },
    },
  ];
}

function readInvoke({ params, query, headers, body }: RestRequest): InvokeRequest {
  const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type !== 'RequestResponse' && type !== 'Event' && type !== 'DryRun') {
    throw new AwsError(
      'InvalidParameterValueException',
      `Invocation type "${type}" is not one of RequestResponse, Event, DryRun.`,
    );
  }
  return {
    functionName: param(params, 'name'),
    qualifier: query.get('Qualifier') ?? undefined,
    type,
    payload: body.toString('utf8'),
    executionName: headers['x-amz-durable-execution-name'],
  };
}

function answer({ statusCode, payload, ...rest }: InvokeAnswer): RestResponse {
  const headers: Record<string, string> = { 'x-amz-executed-version': rest.executedVersion };
  if (rest.functionError !== undefined) headers['x-amz-function-error'] = rest.functionError;
  if (rest.durableExecutionArn !== undefined)
    headers['x-amz-durable-execution-arn'] = rest.durableExecutionArn;
  return { status: statusCode, headers: { ...headers, 'content-type': 'application/json' }, body: payload };
}

function describe(config: FunctionConfig) {
  return {
    FunctionName: config.name,
    FunctionArn: config.version === '$LATEST' ? config.arn : `${config.arn}:${config.version}`,
    Runtime: config.runtime,
    Role: config.roleArn,
    Handler: config.handler,
    Timeout: config.timeoutS,
    MemorySize: config.memoryMb,
    Version: config.version,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    Environment: { Variables: config.environment },
    ...(config.durable !== undefined && {
      DurableConfig: {
        ExecutionTimeout: config.durable.executionTimeoutS,
        RetentionPeriodInDays: config.durable.retentionDays,
      },
    }),
  };
}

function ok(body: object): RestResponse {
  return { status: 200, body };
}

function param(params: Readonly<Record<string, string>>, name: string): string {
  return params[name] ?? '';
}
