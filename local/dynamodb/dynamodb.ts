import * as z from 'zod';
import type { Kernel } from '../kernel/kernel.ts';
import { AwsError, type DeclaredResource, type Operation, type Service } from '../kernel/service.ts';
import type { StateTable } from '../kernel/state-store.ts';
import { protectedOperations, type Protected } from './deletion-protection.ts';
import { dynamoDbNeeds } from './needs.ts';
import { finishInterrupted, putTable } from './put-table.ts';
import { sweepExpired, type Expiry } from './sweep-expired.ts';
import { OPERATIONS, openTableStore, type TableStore } from './table-store.ts';

export interface DynamoDbOptions {
  /** Folder of the LevelDB files; absent keeps all in memory. */
  readonly dir?: string;
}

type DynamoDbKernel = Pick<Kernel, 'region' | 'accountId' | 'clock' | 'log' | 'state'>;

/** DynamoDB itself promises "within a few days"; a minute is soon enough to see it happen. */
const SWEEP_MS = 60_000;

/**
 * Creates DynamoDB: tables by dynalite in this process, the two table types of CloudFormation, and a sweeper
 * for items whose time to live is over.
 *
 * A table is not taken away when a template drops it: the CDK retains tables, and so does this.
 *
 * @throws Error if the files are open in another process
 */
export async function createDynamoDb(
  kernel: DynamoDbKernel,
  options: DynamoDbOptions = {},
): Promise<Service> {
  const store = await openTableStore(options.dir, kernel);
  await finishInterrupted(store);
  const expiries = kernel.state('dynamodb').table<Expiry>('expiries');
  const protections = kernel.state('dynamodb').table<Protected>('protections');
  const put = (resource: DeclaredResource) => putTable(store, resource, { kernel, expiries, protections });
  const sweeper = createSweeper(store, expiries, kernel);
  return {
    name: 'dynamodb',
    rpc: {
      targetPrefix: 'DynamoDB_20120810',
      jsonVersion: '1.0',
      operations: {
        ...operationsOf(store),
        ...protectedOperations(store, protections),
        DescribeTimeToLive: describeTimeToLive(store, expiries.get),
      },
    },
    needs: dynamoDbNeeds(kernel),
    resources: [
      { type: 'AWS::DynamoDB::Table', put },
      { type: 'AWS::DynamoDB::GlobalTable', put },
    ],
    start: sweeper.start,
    stop: async () => {
      await sweeper.stop();
      await store.close();
    },
  };
}

/** Looks for expired items once a minute. One table that cannot be swept does not keep the others from it. */
function createSweeper(store: TableStore, expiries: StateTable<Expiry>, { clock, log }: DynamoDbKernel) {
  const sweep = async (): Promise<void> => {
    const nowS = Math.floor(clock.nowMs() / 1000);
    for (const [table, expiry] of expiries.entries()) {
      try {
        const deleted = await sweepExpired(store, expiry, nowS);
        if (deleted > 0) log('info', 'expired items deleted', { table, deleted });
      } catch (error) {
        if (error instanceof AwsError && error.code === 'ResourceNotFoundException') expiries.delete(table);
        else log('error', 'expired items could not be deleted', { table, error });
      }
    }
  };
  let sweeping = Promise.resolve();
  let cancel = () => {};
  return {
    start: () => {
      cancel = clock.every(SWEEP_MS, () => {
        sweeping = sweeping.then(sweep);
      });
    },
    stop: async () => {
      cancel();
      await sweeping;
    },
  };
}

function operationsOf(store: TableStore): Record<string, Operation> {
  return Object.fromEntries(
    OPERATIONS.map((name): [string, Operation] => [
      name,
      (input) => store.run(name, z.looseObject({}).parse(input)),
    ]),
  );
}

function describeTimeToLive(store: TableStore, expiryOf: (table: string) => Expiry | undefined): Operation {
  return async (input) => {
    const { TableName: tableName } = z.looseObject({ TableName: z.string() }).parse(input);
    await store.run('DescribeTable', { TableName: tableName });
    const expiry = expiryOf(tableName);
    return {
      TimeToLiveDescription:
        expiry === undefined
          ? { TimeToLiveStatus: 'DISABLED' }
          : { TimeToLiveStatus: 'ENABLED', AttributeName: expiry.attribute },
    };
  };
}
