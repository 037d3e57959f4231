import * as z from 'zod';
import { AwsError, type DeclaredResource, type Operation, type ResourceProvider } from '../kernel/service.ts';
import type { StateTable } from '../kernel/state-store.ts';

const CreateQueue = z.object({
  QueueName: z.string().regex(/^[\w-]{1,80}$/, '1 to 80 letters, digits, hyphens and underscores'),
  Attributes: z.record(z.string(), z.string()).default({}),
});
const DeleteQueue = z.object({ QueueUrl: z.string() });

/** The attributes that a queue of the API is made with, by its name. */
export type MadeQueues = StateTable<Readonly<Record<string, string>>>;

export interface MadeQueuesDeps {
  readonly made: MadeQueues;
  readonly accountId: string;
  readonly has: (name: string) => boolean;
  readonly urlOf: (name: string) => string;
  readonly nameOf: (queueUrl: string) => string;
  /** The same that templates are deployed with. */
  readonly queueProvider: ResourceProvider;
  readonly policyProvider: ResourceProvider;
  /** Ends a queue and its messages. @throws AwsError `QueueDoesNotExist` */
  readonly end: (name: string) => void;
}

/**
 * CreateQueue and DeleteQueue. A queue of the API is on disk until it is deleted; one of a template is there
 * again at the next start.
 */
export function madeQueueOperations(deps: MadeQueuesDeps): Record<string, Operation> {
  const { made, has, urlOf } = deps;
  return {
    CreateQueue: async (input) => {
      const { QueueName: name, Attributes: attributes } = CreateQueue.parse(input);
      if (has(name) && JSON.stringify(made.get(name)) !== JSON.stringify(attributes)) {
        throw new AwsError(
          'QueueNameExists',
          `A queue already exists with the same name and a different value for an attribute: ${name}.`,
        );
      }
      await putQueue(deps, name, attributes);
      made.put(name, attributes);
      return { QueueUrl: urlOf(name) };
    },
    DeleteQueue: async (input) => {
      const name = deps.nameOf(DeleteQueue.parse(input).QueueUrl);
      deps.end(name);
      made.delete(name);
      await deps.policyProvider.remove?.(policyRef(name));
      return {};
    },
  };
}

/** Puts the queues that the API made before the cloud was started again. */
export async function restoreMadeQueues(deps: MadeQueuesDeps): Promise<void> {
  for (const [name, attributes] of deps.made.entries()) await putQueue(deps, name, attributes);
}

async function putQueue(
  deps: MadeQueuesDeps,
  name: string,
  { Policy: policy, ...attributes }: Readonly<Record<string, string>>,
): Promise<void> {
  await deps.queueProvider.put(resource(name, { ...attributes, QueueName: name }));
  if (policy === undefined) return;
  // The host does not matter, and is not known before the cloud listens.
  const Queues = [`http://127.0.0.1/${deps.accountId}/${name}`];
  await deps.policyProvider.put(resource(policyRef(name), { Queues, PolicyDocument: documentOf(policy) }));
}

function policyRef(name: string): string {
  return `policy-of-${name}`;
}

function resource(suggestedName: string, properties: DeclaredResource['properties']): DeclaredResource {
  return { stack: 'api', logicalId: suggestedName, suggestedName, properties };
}

function documentOf(policy: string): unknown {
  try {
    return JSON.parse(policy);
  } catch (error) {
    throw new AwsError('InvalidAttributeValue', `The Policy is not valid JSON: ${String(error)}.`);
  }
}
