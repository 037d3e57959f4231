import type { Metafile } from 'esbuild';

/** How each package that a function may hold is made ready, as our own code does. */
const CLIENTS: Readonly<Record<string, { readonly imports: string; readonly makes: string }>> = {
  '@aws-sdk/client-cloudwatch': { imports: 'CloudWatchClient', makes: 'new CloudWatchClient({})' },
  '@aws-sdk/client-dynamodb': { imports: 'DynamoDBClient', makes: 'new DynamoDBClient({})' },
  '@aws-sdk/client-ecs': { imports: 'ECSClient', makes: 'new ECSClient({})' },
  '@aws-sdk/client-lambda': { imports: 'LambdaClient', makes: 'new LambdaClient({})' },
  '@aws-sdk/client-sns': { imports: 'SNSClient', makes: 'new SNSClient({})' },
  '@aws-sdk/client-sqs': { imports: 'SQSClient', makes: 'new SQSClient({})' },
  '@aws/durable-execution-sdk-js': {
    imports: 'withDurableExecution',
    makes: 'withDurableExecution(async () => {})',
  },
};

/**
 * The SDK packages with a client of their own whose code is in a bundle, sorted.
 *
 * @throws Error for a client that {@link bareHandler} cannot make: then it has to be taught
 */
export function clientsIn({ outputs }: Metafile): string[] {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const found = files.flatMap(
    (file) => /node_modules\/(@aws-sdk\/client-[^/]+|@aws\/durable-[^/]+)\//.exec(file)?.[1] ?? [],
  );
  const clients = [...new Set(found)].toSorted();
  const unknown = clients.filter((name) => !Object.hasOwn(CLIENTS, name));
  if (unknown.length === 0) return clients;
  throw new Error(
    `A function loads ${unknown.join(', ')}, which the bench cannot make: add it to bench/init/bare-handler.ts.`,
  );
}

/** The text of a handler that makes these clients and does nothing. */
export function bareHandler(clients: readonly string[]): string {
  const known = clients.flatMap((from) => {
    const client = CLIENTS[from];
    return client === undefined ? [] : [{ ...client, from }];
  });
  return [
    ...known.map(({ imports, from }) => `import { ${imports} } from ${JSON.stringify(from)};`),
    `export const clients = [${known.map(({ makes }) => makes).join(', ')}];`,
    'export const handler = async () => {};',
    '',
  ].join('\n');
}
