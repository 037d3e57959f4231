import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Kernel } from '../kernel/kernel.ts';
import type { DeclaredResource, DeployedResource, ResourceProvider, Service } from '../kernel/service.ts';
import { readPolicy, type AttachedPolicy } from './policy.ts';
import { RoleBook } from './role-book.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Who is who and who may what: keys for roles, roles for keys, and what the templates say about rights. */
export interface Iam extends Service {
  /** The same key for the same role, over restarts, so that a running child keeps its right to call. */
  readonly credentialsFor: (roleArn: string) => Credentials;
  /** ARN of the role whose key this is; undefined for any other key. */
  readonly roleOf: (accessKeyId: string) => string | undefined;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * Creates the part of the embedded cloud that stands for IAM and for the keys of KMS. Keys encrypt nothing
 * here: only their policies count.
 */
export function createIam(kernel: Pick<Kernel, 'state' | 'region' | 'accountId'>): Iam {
  const state = kernel.state('identity');
  const roleByKey = state.table<string>('keys');
  const installation = state.table<string>('installation');
  const secret = installation.get('secret') ?? randomBytes(32).toString('hex');
  installation.put('secret', secret);
  const roles = new RoleBook(kernel.accountId);
  const keyPolicies = new Map<string, AttachedPolicy>();
  return {
    name: 'iam',
    resources: [
      ...roleProviders(roles),
      keyProvider(kernel, keyPolicies),
      ...recordedTypes().map(([type, put]) => ({ type, put })),
    ],
    policies: () => [...roles.policies(), ...keyPolicies.values()],
    credentialsFor: (roleArn) => {
      const accessKeyId = keyIdOf(roleArn);
      if (roleByKey.get(accessKeyId) === undefined) roleByKey.put(accessKeyId, roleArn);
      return { accessKeyId, secretAccessKey: createHmac('sha256', secret).update(roleArn).digest('base64') };
    },
    roleOf: (accessKeyId) => roleByKey.get(accessKeyId),
  };
}

function roleProviders(roles: RoleBook): ResourceProvider[] {
  const remove = (ref: string): void => {
    roles.remove(ref);
  };
  const putRole = (resource: DeclaredResource): DeployedResource => {
    const { name, arn } = roles.putRole(resource);
    return { ref: name, attributes: { Arn: arn, RoleId: `AROA${digest(name)}` } };
  };
  const policy = (type: string): ResourceProvider => ({
    type,
    put: (resource) => {
      const ref = roles.putPolicy(type, resource);
      return { ref, attributes: type === 'AWS::IAM::ManagedPolicy' ? { PolicyArn: ref } : {} };
    },
    remove,
  });
  return [
    // A managed policy that a role names is deployed before the role.
    { type: 'AWS::IAM::Role', put: putRole, remove },
    policy('AWS::IAM::Policy'),
    policy('AWS::IAM::ManagedPolicy'),
  ];
}

function keyProvider(
  { region, accountId }: Pick<Kernel, 'region' | 'accountId'>,
  policies: Map<string, AttachedPolicy>,
): ResourceProvider {
  return {
    type: 'AWS::KMS::Key',
    put: ({ stack, logicalId, suggestedName, properties }) => {
      const keyId = uuidOf(suggestedName);
      const arn = `arn:aws:kms:${region}:${accountId}:key/${keyId}`;
      const document = properties['KeyPolicy'] ?? defaultKeyPolicy(accountId);
      policies.set(keyId, {
        name: `AWS::KMS::Key ${stack}/${logicalId}`,
        kind: 'resource',
        attachedTo: arn,
        statements: readPolicy(document, 'resource'),
      });
      return { ref: keyId, attributes: { Arn: arn, KeyId: keyId } };
    },
    remove: (ref) => {
      policies.delete(ref);
    },
  };
}

/** What a key without a policy gets (KMS developer guide, "Default key policy"). */
function defaultKeyPolicy(accountId: string): object {
  const Principal = { AWS: `arn:aws:iam::${accountId}:root` };
  return { Statement: [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }] };
}

type Describe = (resource: DeclaredResource) => DeployedResource;

/** The types that have no behaviour here, each with what `Ref` and `Fn::GetAtt` give for it in AWS. */
function recordedTypes(): [string, Describe][] {
  return [
    ['AWS::KMS::Alias', (resource) => ({ ref: nameOf(resource, 'AliasName'), attributes: {} })],
    ['AWS::CDK::Metadata', ({ suggestedName }) => ({ ref: suggestedName, attributes: {} })],
  ];
}

function nameOf({ properties, suggestedName }: DeclaredResource, property: string): string {
  const given = properties[property];
  return typeof given === 'string' ? given : suggestedName;
}

/** `ASIA` is the prefix of keys that belong to a role. */
function keyIdOf(roleArn: string): string {
  return `ASIA${digest(roleArn)}`;
}

/** 16 letters and digits as AWS uses them in ids. */
function digest(text: string): string {
  return [...createHash('sha256').update(text).digest().subarray(0, 16)]
    .map((byte) => BASE32.charAt(byte % 32))
    .join('');
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
