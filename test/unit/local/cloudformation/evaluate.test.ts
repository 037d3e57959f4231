import { describe, expect, test } from 'vitest';
import { evaluate, isConditionTrue, type Scope } from '../../../../local/cloudformation/evaluate.ts';

const scope: Scope = {
  region: 'eu-west-1',
  parameters: new Map<string, unknown>([
    ['AWS::Region', 'eu-west-1'],
    ['Stage', 'prod'],
    ['Zones', ['x', 'y']],
  ]),
  mappings: { Sizes: { prod: { count: 3, names: ['a', 'b'] } } },
  conditions: {
    IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    IsTest: { 'Fn::Not': [{ Condition: 'IsProd' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsTest' }, { 'Fn::Equals': ['1', '1'] }] },
    Both: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsTest' }] },
  },
  resources: new Map([
    ['Queue', { ref: 'http://queue', attributes: { Arn: 'arn:queue', 'Endpoint.Port': '80' } }],
  ]),
  exports: new Map([['other:Arn', 'arn:other']]),
  outputs: new Map([['other.Name', 'name']]),
};

test.each<{ value: unknown; gives: unknown }>([
  { value: { a: [1, true, null, 'text'] }, gives: { a: [1, true, null, 'text'] } },
  { value: { Ref: 'AWS::Region' }, gives: 'eu-west-1' },
  { value: { Ref: 'Zones' }, gives: ['x', 'y'] },
  { value: { Ref: 'Queue' }, gives: 'http://queue' },
  { value: { 'Fn::GetAtt': ['Queue', 'Arn'] }, gives: 'arn:queue' },
  { value: { 'Fn::GetAtt': 'Queue.Endpoint.Port' }, gives: '80' },
  { value: { 'Fn::Join': ['-', ['a', 1, { Ref: 'Stage' }]] }, gives: 'a-1-prod' },
  { value: { 'Fn::Join': [',', { Ref: 'Zones' }] }, gives: 'x,y' },
  {
    value: { 'Fn::Sub': '${Stage}/${Queue.Arn}/${!Literal}/$x/${AWS::Region}' },
    gives: 'prod/arn:queue/${Literal}/$x/eu-west-1',
  },
  {
    value: { 'Fn::Sub': ['${Own}-${Stage}', { Own: { Ref: 'Queue' }, Stage: '$&' }] },
    gives: 'http://queue-$&',
  },
  { value: { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }, gives: ['arn', 'queue'] },
  { value: { 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b'] }] }, gives: 'b' },
  { value: { 'Fn::ImportValue': { 'Fn::Sub': 'other:Arn' } }, gives: 'arn:other' },
  { value: { 'Fn::GetStackOutput': { StackName: 'other', OutputName: 'Name' } }, gives: 'name' },
  { value: { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'count'] }, gives: 3 },
  { value: { 'Fn::FindInMap': ['Sizes', 'prod', 'names'] }, gives: ['a', 'b'] },
  { value: { 'Fn::Base64': 'ä' }, gives: 'w6Q=' },
  { value: { 'Fn::GetAZs': '' }, gives: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] },
  { value: { 'Fn::GetAZs': { Ref: 'AWS::Region' } }, gives: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] },
  { value: { 'Fn::If': ['IsProd', { Ref: 'Queue' }, { Ref: 'NotThere' }] }, gives: 'http://queue' },
  {
    value: { a: { 'Fn::If': ['IsTest', 1, { Ref: 'AWS::NoValue' }] }, b: [{ Ref: 'AWS::NoValue' }, 2] },
    gives: { b: [2] },
  },
  // Two keys, or a key that only looks like one: no intrinsic.
  { value: { Ref: 'Queue', other: 1 }, gives: { Ref: 'Queue', other: 1 } },
])('$value gives $gives', ({ value, gives }) => {
  expect(evaluate(value, scope)).toEqual(gives);
});

test.each([
  { name: 'IsProd', is: true },
  { name: 'IsTest', is: false },
  { name: 'Either', is: true },
  { name: 'Both', is: false },
])('the condition $name is $is', ({ name, is }) => {
  expect(isConditionTrue(name, scope)).toBe(is);
});

describe('what cannot be resolved is said', () => {
  test.each<{ value: unknown; says: string }>([
    { value: { Ref: 'Gone' }, says: '"Gone" is not there: it is not declared, or its condition is false.' },
    {
      value: { 'Fn::GetAtt': ['Queue', 'Url'] },
      says: '"Queue" has no attribute "Url" here; it has: Arn, Endpoint.Port.',
    },
    { value: { 'Fn::GetAtt': ['Queue', 'constructor'] }, says: 'has no attribute "constructor"' },
    { value: { 'Fn::ImportValue': 'none' }, says: 'No stack before this one exports "none".' },
    {
      value: { 'Fn::FindInMap': ['Sizes', 'test', 'count'] },
      says: 'the mappings have no ["Sizes","test","count"]',
    },
    { value: { 'Fn::Select': [2, ['a']] }, says: 'there is no element 2 in ["a"]' },
    { value: { 'Fn::Join': ['-', 'text'] }, says: 'Fn::Join takes a list, not "text".' },
    { value: { 'Fn::If': ['Unknown', 1, 2] }, says: 'The condition "Unknown" is not declared.' },
    { value: 'x{{resolve:ssm:/a}}', says: 'there is no secret or parameter store here' },
    { value: { 'Fn::Cidr': ['10.0.0.0/8', 2, 8] }, says: 'The intrinsic Fn::Cidr is not known' },
  ])('$value', ({ value, says }) => {
    expect(() => evaluate(value, scope)).toThrow(says);
  });
});
