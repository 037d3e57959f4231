import * as z from 'zod';
import type { DeclaredResource } from '../kernel/service.ts';
import { AWS_MANAGED_POLICIES } from './aws-managed-policies.ts';
import { readPolicy, type AttachedPolicy } from './policy.ts';

const NamedPolicy = z.strictObject({ PolicyName: z.string(), PolicyDocument: z.unknown() });

/** AWS::IAM::Role; what is not listed (a permissions boundary) would change its rights, so it is refused. */
const Role = z.strictObject({
  RoleName: z.string().optional(),
  Path: z.string().default('/'),
  Description: z.string().optional(),
  MaxSessionDuration: z.coerce.number().optional(),
  Tags: z.unknown().optional(),
  AssumeRolePolicyDocument: z.unknown(),
  Policies: z.array(NamedPolicy).default([]),
  ManagedPolicyArns: z.array(z.string()).default([]),
});

/** AWS::IAM::Policy and AWS::IAM::ManagedPolicy. The cloud has no users and groups. */
const Policy = z.strictObject({
  PolicyName: z.string().optional(),
  ManagedPolicyName: z.string().optional(),
  Path: z.string().default('/'),
  Description: z.string().optional(),
  Roles: z.array(z.string()).default([]),
  PolicyDocument: z.unknown(),
});

interface DeclaredRole {
  readonly arn: string;
  readonly policies: readonly AttachedPolicy[];
  readonly managedArns: readonly string[];
}

interface DeclaredPolicy {
  /** The name of a policy, the ARN of a managed one. */
  readonly ref: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly document: unknown;
}

/**
 * The roles that templates declare and what they may do. Templates are deployed anew at each start, so nothing
 * of this is kept on disk.
 */
export class RoleBook {
  readonly #accountId: string;
  /** By name. */
  readonly #roles = new Map<string, DeclaredRole>();
  /** By where it is declared: the CDK gives policies of several stacks one name. */
  readonly #policies = new Map<string, DeclaredPolicy>(
    [...AWS_MANAGED_POLICIES].map(([ref, document]) => [ref, { ref, name: ref, roles: [], document }]),
  );
  #attached: readonly AttachedPolicy[] | undefined;

  constructor(accountId: string) {
    this.#accountId = accountId;
  }

  /** @throws Error for a policy that is not evaluated in full, or a managed policy that no template declares */
  putRole({ stack, logicalId, properties, suggestedName }: DeclaredResource): {
    readonly name: string;
    readonly arn: string;
  } {
    const role = Role.parse(properties);
    const name = role.RoleName ?? suggestedName;
    const arn = `arn:aws:iam::${this.#accountId}:role${role.Path}${name}`;
    const known = new Set([...this.#policies.values()].map(({ ref }) => ref));
    const unknown = role.ManagedPolicyArns.filter((one) => !known.has(one));
    if (unknown.length > 0) {
      throw new Error(
        `the managed policies ${unknown.join(', ')} are declared by no template, so nobody knows here what they allow. Write their statements into the template.`,
      );
    }
    const called = `AWS::IAM::Role ${stack}/${logicalId}`;
    const trust: AttachedPolicy = {
      name: `${called} (trust)`,
      kind: 'resource',
      attachedTo: arn,
      statements: readPolicy(role.AssumeRolePolicyDocument, 'trust'),
    };
    const inline = role.Policies.map(({ PolicyName, PolicyDocument }) =>
      identityPolicy(`${called} ${PolicyName}`, arn, PolicyDocument),
    );
    this.#roles.set(name, { arn, policies: [trust, ...inline], managedArns: role.ManagedPolicyArns });
    this.#attached = undefined;
    return { name, arn };
  }

  /** @param type of the resource, for messages @throws Error for a policy that is not evaluated in full */
  putPolicy(type: string, { stack, logicalId, properties, suggestedName }: DeclaredResource): string {
    const { PolicyName, ManagedPolicyName, Path, Roles, PolicyDocument } = Policy.parse(properties);
    const name = ManagedPolicyName ?? PolicyName ?? suggestedName;
    const ref =
      type === 'AWS::IAM::ManagedPolicy' ? `arn:aws:iam::${this.#accountId}:policy${Path}${name}` : name;
    readPolicy(PolicyDocument, 'identity');
    const called = `${type} ${stack}/${logicalId}`;
    this.#policies.set(called, { ref, name: called, roles: Roles, document: PolicyDocument });
    this.#attached = undefined;
    return ref;
  }

  remove(ref: string): void {
    this.#roles.delete(ref);
    for (const [key, policy] of this.#policies) if (policy.ref === ref) this.#policies.delete(key);
    this.#attached = undefined;
  }

  policies(): readonly AttachedPolicy[] {
    this.#attached ??= [...this.#roles].flatMap(([name, role]) => [
      ...role.policies,
      ...[...this.#policies.values()]
        .filter((policy) => policy.roles.includes(name) || role.managedArns.includes(policy.ref))
        .map((policy) => identityPolicy(policy.name, role.arn, policy.document)),
    ]);
    return this.#attached;
  }
}

/** Read anew for each role: a right that one role uses may be one too many for another. */
function identityPolicy(name: string, attachedTo: string, document: unknown): AttachedPolicy {
  return { name, kind: 'identity', attachedTo, statements: readPolicy(document, 'identity') };
}
