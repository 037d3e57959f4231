import { AwsError, type Route } from '../kernel/service.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';
import { parseFunctionName } from './function-name.ts';
import { listPage } from './list-page.ts';

const MAPPINGS = '/2015-03-31/event-source-mappings';

/** ListEventSourceMappings and GetEventSourceMapping of the Lambda API. */
export function mappingRoutes(mappings: ReadonlyMap<string, EventSourceMapping>, arnPrefix: string): Route[] {
  const nameIn = (text: string) => parseFunctionName(text).name;
  return [
    {
      method: 'GET',
      path: MAPPINGS,
      operation: 'ListEventSourceMappings',
      handle: ({ query }) => {
        const functionName = query.get('FunctionName');
        const source = query.get('EventSourceArn');
        const found = [...mappings.values()].filter(
          (each) =>
            (functionName === null || nameIn(each.functionName) === nameIn(functionName)) &&
            (source === null || each.queueArn === source),
        );
        const described = found.map((each) => describe(each, arnPrefix));
        return { status: 200, body: listPage('EventSourceMappings', described, ({ UUID }) => UUID, query) };
      },
    },
    {
      method: 'GET',
      path: `${MAPPINGS}/:id`,
      operation: 'GetEventSourceMapping',
      handle: ({ params }) => {
        const found = mappings.get(params['id'] ?? '');
        if (found !== undefined) return { status: 200, body: describe(found, arnPrefix) };
        throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
      },
    },
  ];
}

function describe(mapping: EventSourceMapping, arnPrefix: string) {
  const { name, qualifier } = parseFunctionName(mapping.functionName);
  return {
    UUID: mapping.id,
    EventSourceArn: mapping.queueArn,
    FunctionArn: `${arnPrefix}${name}${qualifier === undefined ? '' : `:${qualifier}`}`,
    State: mapping.isEnabled ? 'Enabled' : 'Disabled',
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.windowMs / 1_000,
    FunctionResponseTypes: mapping.mayFailInPart ? ['ReportBatchItemFailures'] : [],
  };
}
