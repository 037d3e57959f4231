import { expect, test } from 'vitest';
import { createIam } from '../../../../local/iam/iam.ts';
import type { DeclaredResource } from '../../../../local/kernel/service.ts';
import { createFakeKernel } from '../../../fakes/fake-kernel.ts';

const TRUST = {
  Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
};
const PUBLISH = { Statement: [{ Effect: 'Allow', Action: 'sns:Publish', Resource: '*' }] };
const ROLE = 'arn:aws:iam::123456789012:role/ops/intake-role';

test('a key is its role, and stays it over a restart', () => {
  const kernel = createFakeKernel();
  const credentials = createIam(kernel).credentialsFor(ROLE);
  expect(credentials.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
  const again = createIam(kernel.restart());
  expect(again.roleOf(credentials.accessKeyId)).toContain('intake-role');
  expect(again.credentialsFor(ROLE)).toEqual(credentials);
});

test('roles have different keys, clouds different secrets, and any other key is the owner', () => {
  const identity = createIam(createFakeKernel());
  const one = identity.credentialsFor(ROLE);
  expect(identity.credentialsFor(`${ROLE}-2`).accessKeyId).not.toBe(one.accessKeyId);
  expect(createIam(createFakeKernel()).credentialsFor(ROLE).secretAccessKey).not.toBe(one.secretAccessKey);
  expect(identity.roleOf('AKIAIOSFODNN7EXAMPLE')).toBeUndefined();
});

test.each<{ type: string; properties: object; gives: object }>([
  {
    type: 'AWS::IAM::Role',
    properties: { RoleName: 'intake', Path: '/ops/', AssumeRolePolicyDocument: TRUST },
    gives: { ref: 'intake', attributes: { Arn: 'arn:aws:iam::123456789012:role/ops/intake' } },
  },
  { type: 'AWS::IAM::Policy', properties: { PolicyName: 'p', PolicyDocument: PUBLISH }, gives: { ref: 'p' } },
  {
    type: 'AWS::IAM::ManagedPolicy',
    properties: { PolicyDocument: PUBLISH },
    gives: { ref: 'arn:aws:iam::123456789012:policy/app-Thing' },
  },
  { type: 'AWS::KMS::Alias', properties: { AliasName: 'alias/x' }, gives: { ref: 'alias/x' } },
  { type: 'AWS::CDK::Metadata', properties: {}, gives: { ref: 'app-Thing', attributes: {} } },
])('$type gives what AWS gives', async ({ type, properties, gives }) => {
  const provider = createIam(createFakeKernel()).resources?.find((one) => one.type === type);
  const resource: DeclaredResource = {
    stack: 'app',
    logicalId: 'Thing',
    suggestedName: 'app-Thing',
    properties: { ...properties },
  };
  expect(await provider?.put(resource)).toMatchObject(gives);
});

test('a key of KMS has the same id at every deployment', async () => {
  const put = async () => {
    const provider = createIam(createFakeKernel()).resources?.find((one) => one.type === 'AWS::KMS::Key');
    return provider?.put({ stack: 'app', logicalId: 'Key', suggestedName: 'app-Key', properties: {} });
  };
  const key = await put();
  expect(key?.attributes['Arn']).toBe(`arn:aws:kms:us-east-1:123456789012:key/${key?.ref ?? ''}`);
  expect(await put()).toEqual(key);
});
