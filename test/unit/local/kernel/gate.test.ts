import { expect, test } from 'vitest';
import { gatesInARow, type Gate } from '../../../../local/kernel/gate.ts';

const passage = { service: 'sns', operation: 'Publish', roleArn: undefined, input: {} };
const delivery = { arn: 'arn', delivery: { payload: {}, from: 'sns.amazonaws.com', sourceArn: 'topic' } };

function telling(name: string, told: string[]): Gate {
  return {
    onRequest: async (_, perform) => {
      told.push(`${name} before`);
      const answer = await perform();
      told.push(`${name} after`);
      return answer;
    },
  };
}

test('the first gate is the outermost', async () => {
  const told: string[] = [];
  const gate = gatesInARow([telling('first', told), {}, telling('second', told)]);
  const answer = await gate.onRequest(passage, async () => {
    told.push('performed');
    return 7;
  });
  expect(answer).toBe(7);
  expect(told).toEqual(['first before', 'second before', 'performed', 'second after', 'first after']);
});

test('a gate that throws keeps everything behind it from happening', async () => {
  let performed = 0;
  const refusing: Gate = { onDelivery: () => Promise.reject(new Error('no')) };
  const gate = gatesInARow([refusing, telling('second', [])]);
  const perform = async () => void (performed += 1);
  await expect(gate.onDelivery(delivery, perform)).rejects.toThrow('no');
  expect(performed).toBe(0);
});

test('without gates everything passes', async () => {
  let performed = 0;
  await gatesInARow([]).onDelivery(delivery, async () => void (performed += 1));
  expect(performed).toBe(1);
});
