import { denialOf } from '../kernel/denials.ts';
import type { Gate } from '../kernel/gate.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Caller, Need, Refusal } from '../kernel/need.ts';
import { AwsError, type Delivery, type Service } from '../kernel/service.ts';
import { decideAccess } from './decide-access.ts';
import { refusalMessage, refusalNote } from './explain-refusal.ts';
import type { AttachedPolicy } from './policy.ts';
import { requestOf, type AccessRequest } from './request.ts';

export interface RightsOptions {
  readonly services: readonly Service[];
  readonly kernel: Pick<Kernel, 'region' | 'accountId' | 'log'>;
  /**
   * `enforce`: what is not allowed is refused. `audit`: it is written down and let through, and so is every
   * other request, so that one run shows both what is missing and what is never used.
   */
  readonly mode: 'enforce' | 'audit';
}

/** Who may do what, checked at every passage. */
export interface Rights {
  readonly gate: Gate;
  readonly authorize: Kernel['authorize'];
  /** All policies that are deployed now. */
  readonly policies: () => readonly AttachedPolicy[];
  /** Everything that was asked for, each once; only in the mode `audit`. */
  readonly requests: () => readonly AccessRequest[];
}

/**
 * What AWS takes without a signature, beside what is the owner's own: whoever has the token may confirm (SNS API
 * reference, "ConfirmSubscription").
 */
const UNSIGNED: ReadonlySet<string> = new Set(['ConfirmSubscription']);

/** A refusal is told once; when so many different ones were told, from the beginning. */
const MOST_TOLD = 1_000;

/**
 * Builds the check of rights: requests by roles against what the operation says it needs, deliveries against
 * what the receiver says it needs, and what services ask for by themselves.
 */
export function createRights({ services, kernel, mode }: RightsOptions): Rights {
  const seen = new Map<string, AccessRequest>();
  const told = new Set<string>();
  const policies = () => services.flatMap((service) => service.policies?.() ?? []);

  const tell = (key: string, note: Record<string, unknown>): void => {
    if (told.size >= MOST_TOLD) told.clear();
    if (told.has(key)) return;
    told.add(key);
    kernel.log('warn', mode === 'audit' ? 'access would be denied' : 'access denied', note);
  };
  const check = (caller: Caller, need: Need, refusal: Refusal): void => {
    const request = requestOf(caller, need, kernel);
    const key = JSON.stringify(request);
    if (mode === 'audit') seen.set(key, request);
    const decision = decideAccess(request, policies());
    if (decision.isAllowed) return;
    tell(key, refusalNote(request, decision.because));
    if (mode === 'audit') return;
    const { code, status } = need.refusal ?? refusal;
    throw new AwsError(code, refusalMessage(request, decision.because), status);
  };
  const checkAll = (caller: Caller, needs: readonly Need[], refusal: Refusal): void => {
    for (const need of needs) check(caller, need, refusal);
  };

  return {
    policies,
    requests: () => [...seen.values()],
    authorize: (caller, needs) => {
      checkAll(caller, needs, denialOf('iam'));
    },
    gate: {
      onRequest: async ({ service: name, operation, roleArn, isUnsigned, input }, perform) => {
        const service = services.find((one) => one.name === name);
        const refusal = denialOf(name);
        const needs = needsOf(service, operation);
        if (isUnsigned === true && needs !== 'owner' && !UNSIGNED.has(operation)) {
          tell(`unsigned ${name} ${operation}`, { service: name, operation, why: 'it is not signed' });
          throw unsigned(name, operation);
        }
        if (roleArn === undefined) return perform();
        if (needs === undefined || needs === 'owner') {
          const why = needs === 'owner' ? 'only the owner may call it' : 'it states no needs (Service.needs)';
          tell(`${roleArn} ${name} ${operation}`, { who: roleArn, service: name, operation, why });
          throw new AwsError(
            refusal.code,
            `${roleArn} may not call ${operation} of ${name}: ${why}.`,
            refusal.status,
          );
        }
        checkAll({ kind: 'role', roleArn }, needs(input as never), refusal);
        return perform();
      },
      onDelivery: async ({ arn, delivery }, perform) => {
        const name = arn.split(':')[2] ?? '';
        const needs = services.find((one) => one.name === name)?.needsToReceive?.(arn);
        const refusal = denialOf(name);
        if (needs === undefined) {
          throw new AwsError(
            refusal.code,
            `Nothing says what it needs to hand over to ${arn} (Service.needsToReceive).`,
            refusal.status,
          );
        }
        checkAll(senderOf(delivery), needs, refusal);
        return perform();
      },
    },
  };
}

/** Code and status are those of "Common errors", which every API reference of AWS has. */
function unsigned(service: string, operation: string): AwsError {
  return new AwsError(
    'MissingAuthenticationToken',
    `${operation} of ${service} must be signed, as on AWS. A tool of yours may sign with any key, like AWS_ACCESS_KEY_ID=owner.`,
    403,
  );
}

function needsOf(service: Service | undefined, operation: string) {
  const { needs } = service ?? {};
  // Object.hasOwn, because `constructor` is no operation.
  return needs !== undefined && Object.hasOwn(needs, operation) ? needs[operation] : undefined;
}

function senderOf({ from, sourceArn, roleArn }: Delivery): Caller {
  return roleArn === undefined ? { kind: 'service', service: from, sourceArn } : { kind: 'role', roleArn };
}
