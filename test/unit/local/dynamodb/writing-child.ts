import { createDynamoDb } from '../../../../local/dynamodb/dynamodb.ts';
import { createFakeKernel } from '../../../fakes/fake-kernel.ts';
import { counterTable, KEYS } from './counter-table.ts';

/** Writes without end and says after each acknowledged write which key has which number. Killed by its test. */
const [dir = '', first = '0'] = process.argv.slice(2);
const service = await createDynamoDb(createFakeKernel(), { dir });
const call = { principal: 'owner', requestId: 'r' };
await service.resources?.[0]?.put(counterTable);
for (let number = Number(first); ; number += KEYS) {
  await Promise.all(
    Array.from({ length: KEYS }, async (_, key) => {
      const value = number + key;
      await service.rpc?.operations['PutItem']?.(
        {
          TableName: 'counters',
          Item: { pk: { S: `k${key}` }, due: { N: String(value) }, kind: { S: 'due' } },
        },
        call,
      );
      process.stdout.write(`${key} ${value}\n`);
    }),
  );
}
