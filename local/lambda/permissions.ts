import * as z from 'zod';
import { AwsError, type Delivery } from '../kernel/service.ts';
import { parseFunctionName } from './function-name.ts';

/** AWS::Lambda::Permission. */
const Declared = z.object({
  FunctionName: z.string(),
  Action: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});
type Permission = z.infer<typeof Declared>;

export interface Permissions {
  readonly put: (id: string, properties: Readonly<Record<string, unknown>>) => void;
  readonly remove: (id: string) => void;
  /** Throws AccessDeniedException when no permission lets this sender call this function. */
  readonly check: (functionArn: string, delivery: Delivery) => void;
}

/** These call with a role of the account, not by the function's resource policy. */
const BY_ROLE = new Set(['scheduler.amazonaws.com', 'sqs.amazonaws.com']);

/** The resource policies of all functions. */
export function createPermissions(accountId: string): Permissions {
  const all = new Map<string, Permission>();
  return {
    put: (id, properties) => void all.set(id, Declared.parse(properties)),
    remove: (id) => void all.delete(id),
    check: (functionArn, delivery) => {
      if (BY_ROLE.has(delivery.from)) return;
      const isAllowed = [...all.values()].some(
        (each) => isFor(each, functionArn) && isFrom(each, delivery, accountId),
      );
      if (isAllowed) return;
      throw new AwsError(
        'AccessDeniedException',
        `${delivery.from} (${delivery.sourceArn}) may not invoke ${functionArn}: ` +
          'no AWS::Lambda::Permission with this principal, source and qualifier is deployed.',
        403,
      );
    },
  };
}

function isFor(permission: Permission, functionArn: string): boolean {
  const allowed = parseFunctionName(permission.FunctionName);
  const called = parseFunctionName(functionArn);
  // A permission counts for exactly the qualifier it was given on.
  return allowed.name === called.name && allowed.qualifier === called.qualifier;
}

function isFrom(permission: Permission, delivery: Delivery, accountId: string): boolean {
  if (permission.Principal !== delivery.from) return false;
  if (permission.SourceAccount !== undefined && permission.SourceAccount !== accountId) return false;
  return permission.SourceArn === undefined || isLike(permission.SourceArn, delivery.sourceArn);
}

/** ArnLike: `*` any text, `?` any one character. */
function isLike(pattern: string, arn: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(arn);
}
