import { expect, test } from 'vitest';
import { conditionProblems, holds } from '../../../../local/iam/condition.ts';

const MANUAL = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/';

type Found = Readonly<Record<string, readonly string[]>>;
const contextOf = (found: Found) =>
  new Map(Object.entries(found).map(([key, values]) => [key.toLowerCase(), values]));
const isTrue = (operator: string, key: string, values: readonly string[], found: Found): boolean =>
  holds({ operator, key, values }, contextOf(found));

const TOPIC = 'arn:aws:sns:us-west-2:123456789012:TOPIC-ID';
const DISTRIBUTIONS = [
  'arn:aws:cloudfront::123456789012:distribution/*',
  'arn:aws:cloudfront::123456789012:distribution/support*',
];

/** The tables of "Condition operators": each row is one of them. */
test.each<[string, string, string[], Found, boolean]>([
  [
    'StringEquals',
    'aws:PrincipalTag/job-category',
    ['iamuser-admin'],
    { 'aws:PrincipalTag/job-category': ['iamuser-admin'] },
    true,
  ],
  [
    'StringEquals',
    'aws:PrincipalTag/job-category',
    ['iamuser-admin'],
    { 'aws:PrincipalTag/job-category': ['dev-ops'] },
    false,
  ],
  ['StringEquals', 'aws:PrincipalTag/job-category', ['iamuser-admin'], {}, false],
  [
    'StringEqualsIgnoreCase',
    'aws:RequestTag/environment',
    ['preprod', 'storage'],
    { 'aws:RequestTag/environment': ['PreProd'] },
    true,
  ],
  [
    'ForAnyValue:StringEquals',
    'aws:TagKeys',
    ['environment'],
    { 'aws:TagKeys': ['environment', 'costcenter'] },
    true,
  ],
  ['ForAnyValue:StringEquals', 'aws:TagKeys', ['environment'], { 'aws:TagKeys': ['Environment'] }, false],
  ['ForAnyValue:StringEquals', 'aws:TagKeys', ['environment'], { 'aws:TagKeys': ['costcenter'] }, false],
  ['ForAnyValue:StringEquals', 'aws:TagKeys', ['environment'], {}, false],
  ['ArnEquals', 'aws:SourceArn', [TOPIC], { 'aws:SourceArn': [TOPIC] }, true],
  [
    'ArnEquals',
    'aws:SourceArn',
    [TOPIC],
    { 'aws:SourceArn': ['arn:aws:sns:us-west-2:777788889999:TOPIC-ID'] },
    false,
  ],
  ['ArnEquals', 'aws:SourceArn', [TOPIC], {}, false],
  [
    'ForAllValues:ArnLike',
    'k',
    DISTRIBUTIONS,
    { k: ['arn:aws:cloudfront::123456789012:distribution/costcenter'] },
    true,
  ],
  [
    'ForAllValues:ArnLike',
    'k',
    DISTRIBUTIONS,
    { k: ['arn:aws:cloudfront::777788889999:distribution/costcenter'] },
    false,
  ],
  ['ForAllValues:ArnLike', 'k', DISTRIBUTIONS, {}, true],
  [
    'StringLikeIfExists',
    'ec2:InstanceType',
    ['t1.*', 't2.*', 'm3.*'],
    { 'ec2:InstanceType': ['t1.micro'] },
    true,
  ],
  [
    'StringLikeIfExists',
    'ec2:InstanceType',
    ['t1.*', 't2.*', 'm3.*'],
    { 'ec2:InstanceType': ['m2.micro'] },
    false,
  ],
  ['StringLikeIfExists', 'ec2:InstanceType', ['t1.*', 't2.*', 'm3.*'], {}, true],
  ['StringLike', 'ec2:InstanceType', ['t1.*'], {}, false],
  ['Null', 'aws:TokenIssueTime', ['false'], { 'aws:TokenIssueTime': ['2026-03-01T00:00:00Z'] }, true],
  ['Null', 'aws:TokenIssueTime', ['false'], {}, false],
  ['Null', 'aws:TokenIssueTime', ['true'], {}, true],
])(
  `${MANUAL}reference_policies_elements_condition_operators.html: %s %s %j with %j is %s`,
  (operator, key, values, found, expected) => {
    expect(isTrue(operator, key, values, found)).toBe(expected);
  },
);

/** "Conditions with multiple context keys or values": alternatives, and none of them for a negated operator. */
test.each<[string, string[], Found, boolean]>([
  ['StringEquals', ['finance', 'hr', 'legal'], { k: ['legal'] }, true],
  ['StringEquals', ['audit', 'security'], { k: ['payroll'] }, false],
  [
    'ArnNotLike',
    ['arn:aws:iam::222222222222:user/Ana', 'arn:aws:iam::222222222222:user/Mary'],
    { k: ['arn:aws:iam::222222222222:user/Nikki'] },
    true,
  ],
  [
    'ArnNotLike',
    ['arn:aws:iam::222222222222:user/Ana', 'arn:aws:iam::222222222222:user/Mary'],
    { k: ['arn:aws:iam::222222222222:user/Mary'] },
    false,
  ],
  // A negated operator is true without the key.
  ['StringNotLike', ['a*'], {}, true],
  ['StringNotEquals', ['a'], {}, true],
])(
  `${MANUAL}reference_policies_condition-logic-multiple-context-keys-or-values.html: %s %j with %j is %s`,
  (operator, values, found, expected) => {
    expect(isTrue(operator, 'k', values, found)).toBe(expected);
  },
);

/** "Multivalued string condition operators". */
test.each<[string, string[], string[], boolean]>([
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
  ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'b'], true],
  ['ForAllValues:StringNotEquals', ['a'], ['b', 'c'], true],
  ['ForAllValues:StringNotEquals', ['a'], ['a', 'c'], false],
  ['ForAnyValue:StringNotEquals', ['a'], ['a', 'c'], true],
  ['ForAnyValue:StringNotEquals', ['a'], ['a'], false],
])('%s %j of the values %j is %s', (operator, values, found, expected) => {
  expect(isTrue(operator, 'k', values, { k: found })).toBe(expected);
});

test.each<[string, string, string, boolean]>([
  ['NumericLessThanEquals', '10', '10', true],
  ['NumericLessThan', '10', '10', false],
  ['NumericGreaterThan', '10', '11', true],
  ['NumericGreaterThanEquals', '10', '9', false],
  ['NumericEquals', '10', '10.0', true],
  ['NumericNotEquals', '10', '11', true],
  ['Bool', 'false', 'true', false],
  ['Bool', 'True', 'true', true],
  // A wildcard does not leave its part of the ARN.
  ['ArnLike', 'arn:aws:sns:*:1:t', 'arn:aws:sns:eu:1:1:t', false],
  ['ArnLike', 'arn:aws:lambda:*:1:function:*', 'arn:aws:lambda:eu:1:function:f:live', true],
  ['ArnLike', '*', 'arn:aws:sns:eu:1:t', false],
  ['StringEquals', 'a*', 'ab', false],
])('%s %s of %s is %s', (operator, wanted, found, expected) => {
  expect(isTrue(operator, 'k', [wanted], { k: [found] })).toBe(expected);
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
test('a variable stands for its value, and matches nothing without one', () => {
  const arn = 'arn:aws:iam::1:role/ops';
  const found = { k: ['home/arn:aws:iam::1:role/ops/x'], 'aws:PrincipalArn': [arn] };
  expect(isTrue('StringLike', 'k', ['home/${aws:PrincipalArn}/*'], found)).toBe(true);
  expect(
    isTrue('StringLike', 'k', ['home/${aws:principalarn}/*'], { ...found, 'aws:PrincipalArn': ['other'] }),
  ).toBe(false);
  expect(isTrue('StringLike', 'k', ['*${aws:PrincipalArn}*'], { k: ['x'] })).toBe(false);
  expect(isTrue('StringLike', 'k', ["a${aws:PrincipalArn, 'none'}"], { k: ['anone'] })).toBe(true);
  expect(isTrue('StringLike', 'k', ['a${*}'], { k: ['ab'] })).toBe(false);
  expect(isTrue('StringLike', 'k', ['a${*}'], { k: ['a*'] })).toBe(true);
});

test.each([
  [
    { operator: 'DateGreaterThan', key: 'aws:SourceArn', values: ['x'] },
    'operator DateGreaterThan is not evaluated',
  ],
  [{ operator: 'IpAddress', key: 'aws:SourceArn', values: ['x'] }, 'operator IpAddress is not evaluated'],
  [
    { operator: 'NullIfExists', key: 'aws:SourceArn', values: ['true'] },
    'operator NullIfExists is not evaluated',
  ],
  [{ operator: 'constructor', key: 'aws:SourceArn', values: ['x'] }, 'operator constructor is not evaluated'],
  [{ operator: 'StringEquals', key: 'aws:SourceIp', values: ['x'] }, 'key aws:SourceIp has no value'],
  [
    { operator: 'StringEquals', key: 'aws:SourceArn', values: ['${aws:username}'] },
    'variable ${aws:username} has no value',
  ],
  [{ operator: 'Null', key: 'aws:SourceArn', values: ['no'] }, 'knows true and false'],
  [{ operator: 'Bool', key: 'aws:SecureTransport', values: ['1'] }, 'knows true and false'],
  [{ operator: 'NumericEquals', key: 'aws:SourceArn', values: ['many'] }, 'compares numbers'],
])('%j is refused', (condition, problem) => {
  expect(conditionProblems(condition)).toEqual([expect.stringContaining(problem)]);
});

test('keys are not case-sensitive', () => {
  expect(conditionProblems({ operator: 'Bool', key: 'AWS:securetransport', values: ['true'] })).toEqual([]);
  expect(isTrue('Bool', 'AWS:securetransport', ['true'], { 'aws:SecureTransport': ['true'] })).toBe(true);
});
