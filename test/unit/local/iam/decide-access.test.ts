import { expect, test } from 'vitest';
import type { Caller } from '../../../../local/kernel/need.ts';
import { decideAccess } from '../../../../local/iam/decide-access.ts';
import { refusalMessage, refusalNote } from '../../../../local/iam/explain-refusal.ts';
import { readPolicy, type AttachedPolicy } from '../../../../local/iam/policy.ts';
import { requestOf } from '../../../../local/iam/request.ts';

const ACCOUNT = '123456789012';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/intake`;
const role: Caller = { kind: 'role', roleArn: ROLE };
const ROOT = { AWS: `arn:aws:iam::${ACCOUNT}:root` };

const onRole = (...Statement: object[]): AttachedPolicy => ({
  name: 'role',
  kind: 'identity',
  attachedTo: ROLE,
  statements: readPolicy({ Version: '2012-10-17', Statement }, 'identity'),
});
const on = (attachedTo: string, ...Statement: object[]): AttachedPolicy => ({
  name: 'resource',
  kind: 'resource',
  attachedTo,
  statements: readPolicy({ Version: '2012-10-17', Statement }, 'resource'),
});
const ask = (caller: Caller, action: string, resource: string) =>
  requestOf(caller, { action, resource }, { region: 'us-east-1', accountId: ACCOUNT });
const isAllowed = (
  caller: Caller,
  action: string,
  resource: string,
  ...policies: AttachedPolicy[]
): boolean => decideAccess(ask(caller, action, resource), policies).isAllowed;

const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:queue1`;
const send = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE };

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html */
test('within an account the role or the resource may allow, and nothing allows by itself', () => {
  expect(isAllowed(role, 'sqs:SendMessage', QUEUE)).toBe(false);
  expect(isAllowed(role, 'sqs:SendMessage', QUEUE, onRole(send))).toBe(true);
  expect(isAllowed(role, 'sqs:SendMessage', QUEUE, on(QUEUE, { ...send, Principal: { AWS: ROLE } }))).toBe(
    true,
  );
  expect(isAllowed(role, 'sqs:SendMessage', QUEUE, on(QUEUE, { ...send, Principal: '*' }))).toBe(true);
  // To name the account leaves it to the account's own policies.
  expect(isAllowed(role, 'sqs:SendMessage', QUEUE, on(QUEUE, { ...send, Principal: ROOT }))).toBe(false);
  expect(
    isAllowed(role, 'sqs:SendMessage', QUEUE, on(QUEUE, { ...send, Principal: { AWS: `${ROLE}2` } })),
  ).toBe(false);
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html */
test('an explicit deny wins over any allow, wherever it stands', () => {
  const deny = { Effect: 'Deny', Action: 'sqs:*', Resource: '*' };
  const open = on(QUEUE, { ...send, Principal: '*' });
  expect(isAllowed(role, 'sqs:SendMessage', QUEUE, onRole(send, deny), open)).toBe(false);
  expect(
    isAllowed(role, 'sqs:SendMessage', QUEUE, onRole(send), on(QUEUE, { ...deny, Principal: '*' })),
  ).toBe(false);
  // One for others does not.
  expect(
    isAllowed(
      role,
      'sqs:SendMessage',
      QUEUE,
      onRole(send),
      on(QUEUE, { ...deny, Principal: { AWS: `${ROLE}2` } }),
    ),
  ).toBe(true);
});

test('enforcing TLS denies nobody here: the same call on AWS is TLS', () => {
  const tls = {
    Effect: 'Deny',
    Principal: '*',
    Action: 'sqs:*',
    Resource: QUEUE,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  expect(isAllowed(role, 'sqs:SendMessage', QUEUE, onRole(send), on(QUEUE, tls))).toBe(true);
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
test.each([
  ['sqs:*', true],
  ['SQS:sendmessage', true],
  ['sqs:Send*', true],
  ['sqs:?endMessage', true],
  ['*', true],
  ['sqs:Send', false],
  ['sns:SendMessage', false],
])('the action %s covers sqs:SendMessage: %s', (Action, expected) => {
  expect(isAllowed(role, 'sqs:SendMessage', QUEUE, onRole({ ...send, Action }))).toBe(expected);
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html: everything of S3 but deleting a bucket. */
test('NotAction with Allow allows all but what it names', () => {
  const policy = onRole({ Effect: 'Allow', NotAction: 's3:DeleteBucket', Resource: 'arn:aws:s3:::*' });
  expect(isAllowed(role, 's3:GetObject', 'arn:aws:s3:::b/x', policy)).toBe(true);
  expect(isAllowed(role, 's3:DeleteBucket', 'arn:aws:s3:::b', policy)).toBe(false);
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html: only one bucket. */
test('NotResource with Deny denies all but what it names', () => {
  const bucket = 'arn:aws:s3:::HRBucket/Payroll';
  const policy = onRole(
    { Effect: 'Deny', Action: 's3:*', NotResource: [bucket, `${bucket}/*`] },
    { Effect: 'Allow', Action: 's3:*', Resource: '*' },
  );
  expect(isAllowed(role, 's3:GetObject', `${bucket}/a`, policy)).toBe(true);
  expect(isAllowed(role, 's3:GetObject', 'arn:aws:s3:::other/a', policy)).toBe(false);
});

const RULE = `arn:aws:events:us-east-1:${ACCOUNT}:rule/r`;
const rule: Caller = { kind: 'service', service: 'events.amazonaws.com', sourceArn: RULE };

test('a service is let in by the policy of the resource only, and held to its source', () => {
  const allow = { ...send, Principal: { Service: 'events.amazonaws.com' } };
  const held = { ...allow, Condition: { ArnEquals: { 'aws:SourceArn': RULE } } };
  expect(isAllowed(rule, 'sqs:SendMessage', QUEUE, on(QUEUE, held))).toBe(true);
  expect(isAllowed({ ...rule, sourceArn: `${RULE}2` }, 'sqs:SendMessage', QUEUE, on(QUEUE, held))).toBe(
    false,
  );
  expect(
    isAllowed({ ...rule, service: 'sns.amazonaws.com' }, 'sqs:SendMessage', QUEUE, on(QUEUE, held)),
  ).toBe(false);
  expect(isAllowed(rule, 'sqs:SendMessage', QUEUE, onRole(send))).toBe(false);
  expect(isAllowed(rule, 'sqs:SendMessage', QUEUE, on(QUEUE, { ...send, Principal: ROOT }))).toBe(false);
});

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
test('a key is closed unless its policy names the caller, or the account and then the role allows too', () => {
  const key = `arn:aws:kms:us-east-1:${ACCOUNT}:key/k`;
  const use = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' };
  const [byRole, byAccount] = [onRole(use), on(key, { ...use, Principal: ROOT, Action: 'kms:*' })];
  expect(isAllowed(role, 'kms:Decrypt', key, byRole)).toBe(false);
  expect(isAllowed(role, 'kms:Decrypt', key, byAccount)).toBe(false);
  expect(isAllowed(role, 'kms:Decrypt', key, byRole, byAccount)).toBe(true);
  expect(isAllowed(role, 'kms:Decrypt', key, on(key, { ...use, Principal: { AWS: ROLE } }))).toBe(true);
});

test('a role is taken by whom its trust policy names', () => {
  const trust: AttachedPolicy = {
    name: 'trust',
    kind: 'resource',
    attachedTo: ROLE,
    statements: readPolicy(
      {
        Statement: {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'lambda.amazonaws.com' },
        },
      },
      'trust',
    ),
  };
  expect(isAllowed({ ...rule, service: 'lambda.amazonaws.com' }, 'sts:AssumeRole', ROLE, trust)).toBe(true);
  expect(isAllowed(rule, 'sts:AssumeRole', ROLE, trust)).toBe(false);
});

test('of two rights that say the same, the first counts as used', () => {
  const policy = onRole(send, { ...send, Action: 'sqs:*' });
  const decision = decideAccess(ask(role, 'sqs:SendMessage', QUEUE), [policy]);
  expect(decision).toMatchObject({ isAllowed: true, by: [{ statement: policy.statements[0] }] });
});

test('a refusal names who, what and why, and the statement that would allow it', () => {
  const request = ask(role, 'sqs:SendMessage', QUEUE);
  const decision = decideAccess(request, []);
  if (decision.isAllowed) throw new Error('allowed');
  expect(refusalMessage(request, decision.because)).toBe(
    `User: arn:aws:sts::${ACCOUNT}:assumed-role/intake/intake is not authorized to perform: sqs:SendMessage ` +
      `on resource: ${QUEUE} because no identity-based policy allows the sqs:SendMessage action`,
  );
  expect(refusalNote(request, decision.because)).toEqual({
    who: ROLE,
    action: 'sqs:SendMessage',
    resource: QUEUE,
    why: 'no statement of an identity-based policy allows it',
    needs: send,
  });
  expect(isAllowed(role, 'sqs:SendMessage', QUEUE, onRole(send))).toBe(true);
});

test('a refusal by a condition says which one, and a deny says where', () => {
  const held = on(QUEUE, {
    ...send,
    Principal: { Service: 'events.amazonaws.com' },
    Condition: { ArnEquals: { 'aws:SourceArn': `${RULE}2` }, Bool: { 'aws:SecureTransport': 'true' } },
  });
  const request = ask(rule, 'sqs:SendMessage', QUEUE);
  const decision = decideAccess(request, [held]);
  if (decision.isAllowed) throw new Error('allowed');
  expect(refusalNote(request, decision.because)).toMatchObject({
    why: `a condition in resource: aws:SourceArn is ${RULE}, expected ArnEquals ${RULE}2`,
    needs: {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: QUEUE,
      Condition: { ArnEquals: { 'aws:SourceArn': RULE } },
    },
  });
  const denied = decideAccess(request, [
    on(QUEUE, { Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: '*' }),
  ]);
  if (denied.isAllowed) throw new Error('allowed');
  expect(refusalMessage(request, denied.because)).toContain(
    'with an explicit deny in a resource-based policy',
  );
  expect(refusalNote(request, denied.because)).toMatchObject({
    why: 'explicit deny in resource: sqs:* on * for *',
  });
});
