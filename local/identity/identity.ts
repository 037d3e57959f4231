import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Kernel } from '../kernel/kernel.ts';
import type { DeclaredResource, DeployedResource, ResourceProvider, Service } from '../kernel/service.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Who is who: keys for roles, roles for keys, and the record of what the templates say about rights. */
export interface Identity extends Service {
  /** The same key for the same role, over restarts, so that a running child keeps its right to call. */
  readonly credentialsFor: (roleArn: string) => Credentials;
  /** ARN of the role whose key this is; undefined for any other key. */
  readonly roleOf: (accessKeyId: string) => string | undefined;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Creates the part of the embedded cloud that stands for IAM and KMS: they are kept, and do nothing. */
export function createIdentity(kernel: Pick<Kernel, 'state' | 'region' | 'accountId'>): Identity {
  const state = kernel.state('identity');
  const roleByKey = state.table<string>('keys');
  const records = state.table<DeclaredResource['properties']>('records');
  const installation = state.table<string>('installation');
  const secret = installation.get('secret') ?? randomBytes(32).toString('hex');
  installation.put('secret', secret);
  const record = (type: string, describe: Describe): ResourceProvider => ({
    type,
    put: (resource) => {
      const deployed = describe(resource);
      records.put(`${type} ${deployed.ref}`, resource.properties);
      return deployed;
    },
    remove: (ref) => {
      records.delete(`${type} ${ref}`);
    },
  });
  return {
    name: 'iam',
    resources: recordedTypes(kernel).map(([type, describe]) => record(type, describe)),
    credentialsFor: (roleArn) => {
      const accessKeyId = keyIdOf(roleArn);
      if (roleByKey.get(accessKeyId) === undefined) roleByKey.put(accessKeyId, roleArn);
      return { accessKeyId, secretAccessKey: createHmac('sha256', secret).update(roleArn).digest('base64') };
    },
    roleOf: (accessKeyId) => roleByKey.get(accessKeyId),
  };
}

type Describe = (resource: DeclaredResource) => DeployedResource;

/** The types that have no behaviour here, each with what `Ref` and `Fn::GetAtt` give for it in AWS. */
function recordedTypes({ region, accountId }: Pick<Kernel, 'region' | 'accountId'>): [string, Describe][] {
  const iam = (kind: string, path: string, name: string) => `arn:aws:iam::${accountId}:${kind}${path}${name}`;
  return [
    [
      'AWS::IAM::Role',
      (resource) => {
        const name = nameOf(resource, 'RoleName');
        const roleId = `AROA${digest(name)}`;
        return { ref: name, attributes: { Arn: iam('role', pathOf(resource), name), RoleId: roleId } };
      },
    ],
    ['AWS::IAM::Policy', (resource) => ({ ref: nameOf(resource, 'PolicyName'), attributes: {} })],
    [
      'AWS::IAM::ManagedPolicy',
      (resource) => {
        const arn = iam('policy', pathOf(resource), nameOf(resource, 'ManagedPolicyName'));
        return { ref: arn, attributes: { PolicyArn: arn } };
      },
    ],
    [
      'AWS::KMS::Key',
      ({ suggestedName }) => {
        const keyId = uuidOf(suggestedName);
        return {
          ref: keyId,
          attributes: { Arn: `arn:aws:kms:${region}:${accountId}:key/${keyId}`, KeyId: keyId },
        };
      },
    ],
    ['AWS::KMS::Alias', (resource) => ({ ref: nameOf(resource, 'AliasName'), attributes: {} })],
    ['AWS::CDK::Metadata', ({ suggestedName }) => ({ ref: suggestedName, attributes: {} })],
  ];
}

function nameOf({ properties, suggestedName }: DeclaredResource, property: string): string {
  const given = properties[property];
  return typeof given === 'string' ? given : suggestedName;
}

/** The path of a role or policy, with a slash at both ends. */
function pathOf({ properties }: DeclaredResource): string {
  const given = properties['Path'];
  return typeof given === 'string' ? given : '/';
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
