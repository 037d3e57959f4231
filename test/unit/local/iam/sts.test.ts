import { expect, test } from 'vitest';
import { createSts } from '../../../../local/iam/sts.ts';

test.each([
  { principal: 'owner', arn: 'arn:aws:iam::123456789012:user/owner' },
  { principal: 'intake-role', arn: 'arn:aws:sts::123456789012:assumed-role/intake-role/local' },
])('$principal is $arn', async ({ principal, arn }) => {
  const ask = createSts({ accountId: '123456789012' }).rpc?.operations['GetCallerIdentity'];
  expect(await ask?.({}, { principal, requestId: 'r' })).toMatchObject({ Account: '123456789012', Arn: arn });
});
