import { PROBED } from '../../shared/contract/probe.ts';
import { waitFor, type Check } from './doctor.ts';
import { found } from './finding.ts';

const LIVE = new Set(['RUNNING', 'PENDING']);

/** D3 and A1: a durable execution of `recover` that touches nothing, started twice under one name. */
export const checkExecution: Check = {
  ids: ['D3', 'A1'],
  says: 'starting a durable execution of homeostat-recover that touches nothing',
  run: async (doctor) => {
    const name = `homeostat-doctor-${doctor.run}`;
    const arn = await doctor.executions.start(name);
    const again = await doctor.executions.start(name);
    const { status, result } = await waitFor(doctor, 'the end of the execution', async () => {
      const outcome = await doctor.executions.outcome(arn);
      return LIVE.has(outcome.status) ? undefined : outcome;
    });
    const afterEnd = await doctor.executions.start(name);
    const isOne = again === arn && afterEnd === arn;
    return [
      found(
        'D3',
        status === 'SUCCEEDED' && result === JSON.stringify(PROBED),
        `${status}: ${result ?? 'no result'}`,
      ),
      found(
        'A1',
        isOne,
        isOne
          ? 'the same name gave the same execution, while it ran and after its end'
          : `the same name gave ${arn}, ${again} and ${afterEnd}`,
      ),
    ];
  },
};
