import { holds, type Condition } from './condition.ts';
import { isLike, matches, withinSegments } from './match-text.ts';
import type { AttachedPolicy, Coverage, Statement } from './policy.ts';
import { fillVariables } from './policy-variables.ts';
import { contextOf, type AccessRequest, type Context } from './request.ts';

/** A statement in the policy that it stands in. */
export interface Grant {
  readonly policy: AttachedPolicy;
  readonly statement: Statement;
}

/** What a request is answered, and the fact that decided it. */
export type AccessDecision =
  | { readonly isAllowed: true; readonly by: readonly Grant[] }
  | { readonly isAllowed: false; readonly because: Refused };

export type Refused =
  | { readonly kind: 'explicit-deny'; readonly grant: Grant }
  /** No statement allows it; `nearest` would, but for the conditions. */
  | {
      readonly kind: 'no-statement';
      readonly policies: AttachedPolicy['kind'];
      readonly nearest: { readonly grant: Grant; readonly unmet: readonly Condition[] } | undefined;
    };

/**
 * Decides about one request within one account (IAM user guide, "Policy evaluation logic"): an explicit deny
 * wins; then the policies of the role or of the resource may allow; else it is denied. A service is allowed
 * by the resource's policy only. KMS keys and roles are guarded: their own policy must allow, by naming the
 * caller, or by naming the account, which leaves it to the role's policies.
 *
 * The first statement that allows is the one that counts as used: a second one that says the same is not needed.
 *
 * @param policies all there are; those that concern the request are picked out
 */
export function decideAccess(request: AccessRequest, policies: readonly AttachedPolicy[]): AccessDecision {
  const context = contextOf(request);
  const { identity, resource } = concerning(request, policies);
  const deny = [...identity, ...resource].find(
    ({ statement }) => statement.effect === 'Deny' && isMet(statement, context),
  );
  if (deny !== undefined) return { isAllowed: false, because: { kind: 'explicit-deny', grant: deny } };
  const allows = ({ statement }: Grant): boolean => statement.effect === 'Allow' && isMet(statement, context);
  const byRole = identity.find(allows);
  const byName = resource.find((grant) => allows(grant) && isNamed(grant.statement, request));
  const byAccount = resource.find((grant) => allows(grant) && !isNamed(grant.statement, request));
  const isGuarded = /^(kms|sts):/i.test(request.action);
  const by = isGuarded
    ? byName === undefined
      ? byAccount !== undefined && byRole !== undefined && [byAccount, byRole]
      : [byName]
    : (byRole ?? byName) !== undefined && [byRole ?? byName].filter((grant) => grant !== undefined);
  if (by !== false) return { isAllowed: true, by };
  const isRoles = request.caller.kind === 'role' && !(isGuarded && byAccount === undefined);
  const kind = isRoles ? 'identity' : 'resource';
  return {
    isAllowed: false,
    because: {
      kind: 'no-statement',
      policies: kind,
      nearest: nearestOf(isRoles ? identity : resource, context),
    },
  };
}

/** The statements that are about this action, resource and caller, whatever their conditions say. */
function concerning(request: AccessRequest, policies: readonly AttachedPolicy[]) {
  const context = contextOf(request);
  const { caller } = request;
  const pick = (kind: AttachedPolicy['kind'], attachedTo: string): Grant[] =>
    policies
      .filter((policy) => policy.kind === kind && policy.attachedTo === attachedTo)
      .flatMap((policy) => policy.statements.map((statement) => ({ policy, statement })))
      .filter(({ statement }) => isAbout(statement, request, context));
  return {
    identity: caller.kind === 'role' ? pick('identity', caller.roleArn) : [],
    resource: pick('resource', request.resource),
  };
}

function isAbout(statement: Statement, request: AccessRequest, context: Context): boolean {
  const { actions, resources, principals } = statement;
  return (
    covers(actions, (pattern) => isLike(pattern.toLowerCase(), request.action.toLowerCase())) &&
    (resources === undefined ||
      covers(resources, (pattern) => {
        const filled = fillVariables(pattern, context);
        return filled !== undefined && matches(withinSegments(filled), request.resource);
      })) &&
    (principals === undefined || principals.some((one) => isPrincipal(one, request)))
  );
}

function covers({ patterns, isNegated }: Coverage, isCovered: (pattern: string) => boolean): boolean {
  return patterns.some(isCovered) !== isNegated;
}

function isPrincipal(principal: string, request: AccessRequest): boolean {
  return isThisOne(principal, request) || isItsAccount(principal, request);
}

/** Whether a statement names the caller or everybody, and not only the caller's account. */
function isNamed({ principals = [] }: Statement, request: AccessRequest): boolean {
  return principals.some((one) => isThisOne(one, request));
}

function isThisOne(principal: string, { caller }: AccessRequest): boolean {
  return principal === '*' || principal === (caller.kind === 'role' ? caller.roleArn : caller.service);
}

/** `123456789012` and `arn:aws:iam::123456789012:root` both stand for the account. */
function isItsAccount(principal: string, { caller }: AccessRequest): boolean {
  const accountId = caller.kind === 'role' ? caller.roleArn.split(':')[4] : undefined;
  return accountId !== undefined && [accountId, `arn:aws:iam::${accountId}:root`].includes(principal);
}

function isMet({ conditions }: Statement, context: Context): boolean {
  return conditions.every((condition) => holds(condition, context));
}

/** The allowing statement with the fewest conditions that are not met. */
function nearestOf(grants: readonly Grant[], context: Context) {
  return grants
    .filter(({ statement }) => statement.effect === 'Allow')
    .map((grant) => ({
      grant,
      unmet: grant.statement.conditions.filter((condition) => !holds(condition, context)),
    }))
    .filter(({ unmet }) => unmet.length > 0)
    .toSorted((left, right) => left.unmet.length - right.unmet.length)[0];
}
