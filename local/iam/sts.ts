import type { Kernel } from '../kernel/kernel.ts';
import type { Service } from '../kernel/service.ts';

/** STS as far as a person meets it: "who am I" is the first thing that one asks a new client. */
export function createSts({ accountId }: Pick<Kernel, 'accountId'>): Service {
  return {
    name: 'sts',
    rpc: {
      targetPrefix: 'AWSSecurityTokenServiceV20110615',
      jsonVersion: '1.1',
      xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
      operations: {
        GetCallerIdentity: (_input, { principal }) => ({
          UserId: principal,
          Account: accountId,
          Arn:
            principal === 'owner'
              ? `arn:aws:iam::${accountId}:user/owner`
              : `arn:aws:sts::${accountId}:assumed-role/${principal}/local`,
        }),
      },
    },
    // "No permissions are required to perform this operation" (STS API reference, GetCallerIdentity).
    needs: { GetCallerIdentity: () => [] },
  };
}
