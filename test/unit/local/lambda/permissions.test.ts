import { expect, test } from 'vitest';
import { createPermissions } from '../../../../local/lambda/permissions.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:intake';
const ALARM = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:homeostat-shop-1';
const principal = 'lambda.alarms.cloudwatch.amazonaws.com';
const delivery = { payload: {}, from: principal, sourceArn: ALARM };

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
  const permissions = createPermissions('123456789012');
  const base = { FunctionName: 'intake', Action: 'lambda:InvokeFunction', Principal: principal };
  permissions.put('p', { ...base, ...over });
  const check = () => {
    permissions.check(FUNCTION, delivery);
  };
  if (isAllowed) expect(check).not.toThrow();
  else expect(check).toThrow('no AWS::Lambda::Permission');
  permissions.remove('p');
  expect(check).toThrow(principal);
});

test('Scheduler calls with a role and needs no permission', () => {
  const from = 'scheduler.amazonaws.com';
  expect(() => {
    createPermissions('123456789012').check(FUNCTION, { ...delivery, from });
  }).not.toThrow();
});
