import { expect, test } from 'vitest';
import { decideAccess } from '../../../../local/iam/decide-access.ts';
import { requestOf } from '../../../../local/iam/request.ts';
import { needsToInvoke } from '../../../../local/lambda/needs.ts';
import { createPermissions } from '../../../../local/lambda/permissions.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:intake';
const ALARM = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:homeostat-shop-1';
const principal = 'lambda.alarms.cloudwatch.amazonaws.com';
const place = { region: 'us-east-1', accountId: '123456789012' };

test.each([
  { over: {}, isAllowed: true },
  { over: { SourceArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:homeostat-*' }, isAllowed: true },
  { over: { SourceArn: ALARM, SourceAccount: '123456789012' }, isAllowed: true },
  { over: { SourceArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:other-*' }, isAllowed: false },
  {
    over: { SourceArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm.homeostat-shop-1' },
    isAllowed: false,
  },
  { over: { SourceAccount: '999999999999' }, isAllowed: false },
  { over: { Principal: 'events.amazonaws.com' }, isAllowed: false },
  { over: { FunctionName: `${FUNCTION}:live` }, isAllowed: false },
  { over: { FunctionName: 'other' }, isAllowed: false },
])('a permission with $over lets the alarm call: $isAllowed', ({ over, isAllowed }) => {
  const permissions = createPermissions(place);
  const base = { FunctionName: 'intake', Action: 'lambda:InvokeFunction', Principal: principal };
  const resource = { stack: 's', logicalId: 'p', suggestedName: 's-p', properties: { ...base, ...over } };
  permissions.put(resource);
  const caller = { kind: 'service', service: principal, sourceArn: ALARM } as const;
  const may = (): boolean =>
    needsToInvoke(FUNCTION).every(
      (need) => decideAccess(requestOf(caller, need, place), permissions.policies()).isAllowed,
    );
  expect(may()).toBe(isAllowed);
  permissions.remove('s-p');
  expect(may()).toBe(false);
});

test('what would change who may call and is not read is refused', () => {
  const properties = {
    FunctionName: 'f',
    Action: 'lambda:InvokeFunction',
    Principal: '*',
    PrincipalOrgID: 'o-1',
  };
  expect(() => {
    createPermissions(place).put({ stack: 's', logicalId: 'p', suggestedName: 's-p', properties });
  }).toThrow('PrincipalOrgID');
});
