import { expect, test } from 'vitest';
import { auditRights } from '../../../../local/iam/audit-rights.ts';
import { readPolicy, type AttachedPolicy } from '../../../../local/iam/policy.ts';
import { requestOf, type AccessRequest } from '../../../../local/iam/request.ts';

const ROLE = 'arn:aws:iam::123456789012:role/r';
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/k';

const policy = (
  kind: AttachedPolicy['kind'],
  attachedTo: string,
  ...Statement: object[]
): AttachedPolicy => ({
  name: kind,
  kind,
  attachedTo,
  statements: readPolicy({ Statement }, kind),
});
const asked = (action: string, resource: string): AccessRequest =>
  requestOf(
    { kind: 'role', roleArn: ROLE },
    { action, resource },
    { region: 'us-east-1', accountId: '123456789012' },
  );

test('what is granted and not asked for, and what is asked for and not granted, is named', () => {
  const granted = [
    policy('identity', ROLE, { Effect: 'Allow', Action: ['a:Used', 'a:Idle'], Resource: ['x', 'y'] }),
  ];
  expect(auditRights(granted, [asked('a:Used', 'x'), asked('a:Used', 'y'), asked('a:Other', 'x')])).toEqual({
    unused: ['identity allows a:Idle on x', 'identity allows a:Idle on y'],
    missing: [`${ROLE} needs a:Other on x`],
  });
});

test('a key needs both the role and its own policy, so both are used', () => {
  const granted = [
    policy('identity', ROLE, { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY }),
    policy('resource', KEY, {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::123456789012:root' },
      Action: 'kms:*',
      Resource: '*',
    }),
  ];
  expect(auditRights(granted, [asked('kms:Decrypt', KEY)])).toEqual({ unused: [], missing: [] });
});

test('of two rights for the same thing one is not needed, and a deny is no right', () => {
  const granted = [
    policy(
      'identity',
      ROLE,
      { Effect: 'Allow', Action: 'a:Used', Resource: '*' },
      { Effect: 'Allow', Action: 'a:*', Resource: '*' },
      { Effect: 'Deny', Action: 'b:*', Resource: '*' },
    ),
  ];
  expect(auditRights(granted, [asked('a:Used', 'x')]).unused).toEqual(['identity allows a:* on *']);
});
