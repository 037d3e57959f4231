import { expect, test } from 'vitest';
import { readPolicy, type PolicyKind } from '../../../../local/iam/policy.ts';

const allow = { Effect: 'Allow', Action: 'sns:Publish', Resource: '*' };
const read = (statement: object, kind: PolicyKind = 'identity', version = '2012-10-17') =>
  readPolicy({ Version: version, Statement: statement }, kind);

test.each<[string, object, PolicyKind, string]>([
  ['an unknown element', { ...allow, Ressource: '*' }, 'identity', 'Ressource'],
  ['no effect', { Action: 'a:b', Resource: '*' }, 'identity', 'Effect'],
  ['NotPrincipal', { ...allow, NotPrincipal: { AWS: '1' } }, 'resource', 'NotPrincipal is not evaluated'],
  ['a federated principal', { ...allow, Principal: { Federated: 'x' } }, 'resource', 'Federated'],
  ['an action without its service', { ...allow, Action: 'Publish' }, 'identity', 'Publish names no service'],
  ['no actions at all', { ...allow, Action: [] }, 'identity', 'Too small'],
  ['all but nothing', { Effect: 'Allow', NotAction: [], Resource: '*' }, 'identity', 'Too small'],
  ['no resources at all', { ...allow, Resource: [] }, 'identity', 'Too small'],
  [
    'a condition without a value',
    { ...allow, Condition: { StringEquals: { 'aws:SourceArn': [] } } },
    'identity',
    'Too small',
  ],
  ['both Action and NotAction', { ...allow, NotAction: 'x:y' }, 'identity', 'both of Action and NotAction'],
  ['no resource', { Effect: 'Allow', Action: 'a:b' }, 'identity', 'one of them is needed'],
  ['a principal on a role', { ...allow, Principal: '*' }, 'identity', 'has none'],
  ['no principal on a resource', allow, 'resource', 'is needed'],
  ['a resource in a trust policy', { ...allow, Principal: '*' }, 'trust', 'a trust policy has none'],
  [
    'an operator that is not evaluated',
    { ...allow, Condition: { IpAddress: { 'aws:SourceArn': 'x' } } },
    'identity',
    'IpAddress is not evaluated',
  ],
  [
    'a key without a value',
    { ...allow, Condition: { StringEquals: { 'aws:SourceVpc': 'x' } } },
    'identity',
    'aws:SourceVpc has no value',
  ],
  [
    'a variable without a value',
    { ...allow, Resource: 'arn:aws:sns:::${aws:username}' },
    'identity',
    '${aws:username}',
  ],
])('%s is refused, and the message says so', (_, statement, kind, message) => {
  expect(() => read(statement, kind)).toThrow(message);
});

test('a policy that is none, or of the old version with variables, is refused', () => {
  expect(() => readPolicy('text', 'identity')).toThrow('its policy is wrong');
  expect(() => read({ ...allow, Resource: '${aws:PrincipalArn}' }, 'identity', '2008-10-17')).toThrow(
    '2012-10-17',
  );
});

test('an Allow falls into its smallest pieces, a Deny stays whole', () => {
  const many = {
    Effect: 'Allow',
    Action: ['ecs:ListTasks', 'ecs:DescribeTasks'],
    Resource: ['a', 'b'],
    Condition: {
      ArnEquals: { 'ecs:cluster': ['x', 'y'] },
      StringNotEquals: { 'aws:SourceAccount': ['1', '2'] },
    },
  };
  const pieces = read(many);
  expect(pieces).toHaveLength(8);
  expect(new Set(pieces.map((piece) => JSON.stringify(piece))).size).toBe(8);
  expect(pieces[0]?.conditions.map(({ values }) => values)).toEqual([['x'], ['1', '2']]);
  expect(read({ ...many, Effect: 'Deny' })).toHaveLength(1);
});
