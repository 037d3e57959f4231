import { decideAccess, type Grant } from './decide-access.ts';
import { statementInWords, who } from './explain-refusal.ts';
import type { AttachedPolicy, Statement } from './policy.ts';
import type { AccessRequest } from './request.ts';

export interface RightsAudit {
  /** Rights that are granted and were never needed, a sentence each. */
  readonly unused: readonly string[];
  /** Rights that were needed and are not granted, a sentence each. */
  readonly missing: readonly string[];
}

/**
 * Compares what is granted with what was asked for, by deciding about every request again. A right counts as
 * used when it is the first that allows a request, so of two that say the same one is not needed.
 *
 * @param requests each once; their order does not matter
 */
export function auditRights(
  policies: readonly AttachedPolicy[],
  requests: readonly AccessRequest[],
): RightsAudit {
  const used = new Set<Statement>();
  const missing = new Set<string>();
  for (const request of requests) {
    const decision = decideAccess(request, policies);
    if (decision.isAllowed) for (const { statement } of decision.by) used.add(statement);
    else missing.add(`${who(request)} needs ${request.action} on ${request.resource}`);
  }
  const unused = grantsOf(policies).filter(({ statement }) => !used.has(statement));
  return { unused: unused.map(grantInWords).sort(), missing: [...missing].sort() };
}

/** Every right that the policies give. */
export function grantsOf(policies: readonly AttachedPolicy[]): Grant[] {
  return policies.flatMap((policy) =>
    policy.statements.filter(({ effect }) => effect === 'Allow').map((statement) => ({ policy, statement })),
  );
}

export function grantInWords({ policy, statement }: Grant): string {
  return `${policy.name} allows ${statementInWords(statement)}`;
}
