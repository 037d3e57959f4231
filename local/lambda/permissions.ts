import * as z from 'zod';
import type { AttachedPolicy } from '../iam/policy.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { DeclaredResource } from '../kernel/service.ts';
import { functionArn } from './needs.ts';

/** AWS::Lambda::Permission; what is not listed (function URLs, organizations) would change who may call. */
const Declared = z.strictObject({
  FunctionName: z.string(),
  Action: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});

export interface Permissions {
  readonly put: (resource: DeclaredResource) => void;
  readonly remove: (id: string) => void;
  readonly policies: () => AttachedPolicy[];
}

/** The resource policies of all functions, a statement for each permission. */
export function createPermissions(kernel: Pick<Kernel, 'region' | 'accountId'>): Permissions {
  const all = new Map<string, AttachedPolicy>();
  return {
    put: ({ stack, logicalId, suggestedName, properties }) => {
      all.set(suggestedName, {
        name: `AWS::Lambda::Permission ${stack}/${logicalId}`,
        ...policyOf(Declared.parse(properties), kernel),
      });
    },
    remove: (id) => void all.delete(id),
    policies: () => [...all.values()],
  };
}

/** Lambda makes this statement of AddPermission. It counts for exactly the qualifier that it was given on. */
function policyOf(
  { FunctionName, Action, Principal, SourceArn, SourceAccount }: z.infer<typeof Declared>,
  kernel: Pick<Kernel, 'region' | 'accountId'>,
): Omit<AttachedPolicy, 'name'> {
  const arn = functionArn(kernel, FunctionName);
  const conditions = [
    { operator: 'ArnLike', key: 'aws:SourceArn', value: SourceArn },
    { operator: 'StringEquals', key: 'aws:SourceAccount', value: SourceAccount },
  ];
  return {
    kind: 'resource',
    attachedTo: arn,
    statements: [
      {
        effect: 'Allow',
        principals: [Principal],
        actions: { patterns: [Action], isNegated: false },
        resources: { patterns: [arn], isNegated: false },
        conditions: conditions.flatMap(({ value, ...rest }) =>
          value === undefined ? [] : [{ ...rest, values: [value] }],
        ),
      },
    ],
  };
}
