import type { Check, Subscription } from './doctor.ts';
import { found } from './finding.ts';

/** D1: nobody who is subscribed still has to confirm. */
export const checkSubscriptions: Check = {
  ids: ['D1'],
  says: 'looking who has not confirmed a subscription',
  run: async (doctor) => {
    const all = await doctor.subscriptions();
    const pending = all.filter(({ isConfirmed }) => !isConfirmed);
    const seen =
      pending.length === 0
        ? `all ${String(all.length)} are confirmed`
        : `not confirmed: ${pending.map(inWords).join('; ')}`;
    return [
      found('D1', all.length > 0 && pending.length === 0, all.length === 0 ? 'nobody is subscribed' : seen),
    ];
  },
};

function inWords({ whose, topic, protocol, endpoint }: Subscription): string {
  return `${whose} by ${protocol} to ${endpoint} (${topic})`;
}
