import * as z from 'zod';
import { readPolicy, type AttachedPolicy } from '../iam/policy.ts';
import type { ResourceProvider } from '../kernel/service.ts';
import { nameOf } from './operations.ts';

/** AWS::SQS::QueuePolicy. */
const Properties = z.strictObject({ Queues: z.array(z.string()), PolicyDocument: z.unknown() });

/** The policies of queues. Templates are deployed anew at each start, so nothing is kept on disk. */
export function createQueuePolicies(arnPrefix: string) {
  const byRef = new Map<string, AttachedPolicy[]>();
  const provider: ResourceProvider = {
    type: 'AWS::SQS::QueuePolicy',
    put: ({ stack, logicalId, suggestedName, properties }) => {
      const { Queues, PolicyDocument } = Properties.parse(properties);
      const policies = Queues.map((url): AttachedPolicy => ({
        name: `AWS::SQS::QueuePolicy ${stack}/${logicalId}`,
        kind: 'resource',
        attachedTo: `${arnPrefix}${nameOf(url)}`,
        statements: readPolicy(PolicyDocument, 'resource'),
      }));
      byRef.set(suggestedName, policies);
      return { ref: suggestedName, attributes: { Id: suggestedName } };
    },
    remove: (ref) => {
      byRef.delete(ref);
    },
  };
  return { provider, policies: (): AttachedPolicy[] => [...byRef.values()].flat() };
}
