import type { Refused } from './decide-access.ts';
import type { AttachedPolicy, Statement } from './policy.ts';
import { contextOf, type AccessRequest } from './request.ts';

/**
 * What the caller of a refused request reads, in AWS' words (IAM user guide, "Troubleshoot access denied
 * error messages").
 */
export function refusalMessage(request: AccessRequest, because: Refused): string {
  const { action, resource } = request;
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  const reason =
    because.kind === 'explicit-deny'
      ? `with an explicit deny in ${article(because.grant.policy.kind)}-based policy`
      : `because no ${because.policies}-based policy allows the ${action} action`;
  return `User: ${userOf(request)} is not authorized to perform: ${action}${on} ${reason}`;
}

/** What the owner reads in the cloud's log: who, what, why, and the statement that would allow it. */
export function refusalNote(request: AccessRequest, because: Refused): Record<string, unknown> {
  return {
    who: who(request),
    action: request.action,
    resource: request.resource,
    why: whyOf(request, because),
    ...(because.kind === 'explicit-deny' ? {} : { needs: statementFor(request, because.policies) }),
  };
}

function whyOf(request: AccessRequest, because: Refused): string {
  if (because.kind === 'explicit-deny') {
    const { policy, statement } = because.grant;
    return `explicit deny in ${policy.name}: ${statementInWords(statement)}`;
  }
  if (because.nearest === undefined)
    return `no statement of ${article(because.policies)}-based policy allows it`;
  const { grant, unmet } = because.nearest;
  const context = contextOf(request);
  const conditions = unmet.map(({ operator, key, values }) => {
    const found = context.get(key.toLowerCase()) ?? [];
    const is = found.length === 0 ? 'is missing' : `is ${found.join(' and ')}`;
    return `${key} ${is}, expected ${operator} ${values.join(' or ')}`;
  });
  return `a condition in ${grant.policy.name}: ${conditions.join('; ')}`;
}

/** The least statement that would allow the request, as a policy has it. */
export function statementFor(request: AccessRequest, kind: AttachedPolicy['kind']): Record<string, unknown> {
  const { caller, action, resource, context } = request;
  const cluster = context['ecs:cluster'];
  const isGuardedByContext = resource === '*' && cluster !== undefined;
  return {
    Effect: 'Allow',
    ...(kind === 'identity'
      ? {}
      : { Principal: caller.kind === 'role' ? { AWS: caller.roleArn } : { Service: caller.service } }),
    Action: action,
    ...(action === 'sts:AssumeRole' ? {} : { Resource: resource }),
    ...(kind === 'resource' && caller.kind === 'service'
      ? { Condition: { ArnEquals: { 'aws:SourceArn': caller.sourceArn } } }
      : {}),
    ...(kind === 'identity' && isGuardedByContext
      ? { Condition: { ArnEquals: { 'ecs:cluster': cluster } } }
      : {}),
  };
}

/** A right in one line: `sqs:SendMessage on ARN for events.amazonaws.com if ArnEquals aws:SourceArn ARN`. */
export function statementInWords({ principals, actions, resources, conditions }: Statement): string {
  const covered = ({ patterns, isNegated }: Statement['actions']): string =>
    `${isNegated ? 'all but ' : ''}${patterns.join(', ')}`;
  return [
    covered(actions),
    ...(resources === undefined ? [] : [`on ${covered(resources)}`]),
    ...(principals === undefined ? [] : [`for ${principals.join(', ')}`]),
    ...conditions.map(({ operator, key, values }) => `if ${operator} ${key} ${values.join(' or ')}`),
  ].join(' ');
}

export function who({ caller }: AccessRequest): string {
  return caller.kind === 'role' ? caller.roleArn : `${caller.service} for ${caller.sourceArn}`;
}

/** A session of a role has an ARN of its own; here its name is the role's. */
function userOf({ caller }: AccessRequest): string {
  if (caller.kind === 'service') return caller.service;
  const accountId = caller.roleArn.split(':')[4] ?? '';
  const name = caller.roleArn.split('/').at(-1) ?? '';
  return `arn:aws:sts::${accountId}:assumed-role/${name}/${name}`;
}

function article(kind: AttachedPolicy['kind']): string {
  return kind === 'identity' ? 'an identity' : 'a resource';
}
