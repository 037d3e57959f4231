import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { PROBED } from '../../shared/contract/probe.ts';

/** Shows that durable executions run here: one step and a short wait. Reads and changes nothing. */
export async function probe(durable: DurableContext): Promise<string> {
  const result = await durable.step('probe', () => Promise.resolve(PROBED));
  await durable.wait('wait', { seconds: 1 });
  return result;
}
