import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll } from 'vitest';
import { buildApp } from '../../infra/build-app.ts';
import { evaluate } from '../../local/cloudformation/evaluate.ts';
import type { Scope } from '../../local/cloudformation/evaluate.ts';
import { readAssembly } from '../../local/cloudformation/read-assembly.ts';
import type { AssemblyStack, Template } from '../../local/cloudformation/read-assembly.ts';
import type { DeployedResource } from '../../local/kernel/service.ts';
import type { CompiledCatalog } from '../../shared/domain/catalog/compiled.ts';

const REGION = 'eu-west-1';
const ACCOUNT = '111122223333';

/** A declared resource with its intrinsics resolved: whatever it refers to is named by ARN. */
export interface Resource {
  readonly stack: string;
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: unknown;
}

export interface Synthesized {
  readonly app: App;
  readonly outDir: string;
  readonly stacks: readonly AssemblyStack[];
  readonly of: (type: string) => readonly Resource[];
  /** The only one of its type whose id begins so. */
  readonly one: (type: string, idPrefix?: string) => Resource;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Synthesizes the real app for a catalog, in-process and without an account. */
export function synthesized(catalog: CompiledCatalog, alarmStacks = 4): Synthesized {
  const outDir = mkdtempSync(join(tmpdir(), 'homeostat-stack-'));
  folders.push(outDir);
  // The CDK's own look at the templates is four seconds each time; app.test.ts takes it once, with `cdk synth`.
  const app = new App({ outdir: outDir, analyticsReporting: false, builtinCloudFormationValidation: false });
  const catalogJson = JSON.stringify(catalog);
  buildApp(app, { catalog, catalogJson, outDir, cadence: 'cloud', alarmStacks });
  app.synth();
  const stacks = readAssembly(outDir, REGION);
  const exports = new Map<string, unknown>();
  const resources = stacks.flatMap((stack) => resolved(stack, exports));
  const of = (type: string): Resource[] => resources.filter((resource) => resource.type === type);
  const one = (type: string, idPrefix = ''): Resource => {
    const found = of(type).filter(({ id }) => id.startsWith(idPrefix));
    if (found.length === 1 && found[0] !== undefined) return found[0];
    const ids = found.map(({ id }) => id).join(', ');
    throw new Error(`Expected one ${type} whose id begins with "${idPrefix}", found: ${ids || 'none'}.`);
  };
  return { app, outDir, stacks, of, one };
}

/** @param exports those of the stacks before it; its own are added */
function resolved({ name: stack, template }: AssemblyStack, exports: Map<string, unknown>): Resource[] {
  const scope: Scope = {
    region: REGION,
    parameters: new Map([
      ['AWS::AccountId', ACCOUNT],
      ['AWS::Partition', 'aws'],
      ['AWS::Region', REGION],
      ['AWS::URLSuffix', 'amazonaws.com'],
    ]),
    mappings: template.Mappings,
    conditions: template.Conditions,
    resources: new Map(Object.entries(template.Resources).map(([id, one]) => [id, asDeployed(id, one)])),
    exports,
    outputs: new Map(),
  };
  for (const { Value: value, Export: exported } of Object.values(template.Outputs)) {
    if (exported !== undefined) exports.set(String(exported.Name), evaluate(value, scope));
  }
  return Object.entries(template.Resources).map(([id, { Type: type, Properties: declared, ...rest }]) => ({
    stack,
    id,
    type,
    properties: evaluate(declared, scope) as Resource['properties'],
    deletionPolicy: rest['DeletionPolicy'],
  }));
}

/** Stands in for what AWS would answer: the ARN is made of the fixed name, or else of the logical id. */
function asDeployed(
  id: string,
  { Type: type, Properties: p }: Template['Resources'][string],
): DeployedResource {
  const name = ['TableName', 'QueueName', 'TopicName', 'FunctionName', 'LogGroupName']
    .map((property) => p[property])
    .find((value) => typeof value === 'string');
  const [, service = '', kind = ''] = type.split('::');
  const [prefix, suffix] = PATHS[type] ?? [`${kind.toLowerCase()}/`, ''];
  const arn = `arn:aws:${service.toLowerCase()}:${REGION}:${ACCOUNT}:${prefix}${name ?? id}${suffix}`;
  const attributes = { Arn: arn, QueueName: name ?? id, Version: '1', KeyId: id };
  return { ref: type === 'AWS::SNS::Topic' ? arn : (name ?? id), attributes };
}

/** What stands before and after the name in an ARN, where it is not the type. */
const PATHS: Readonly<Record<string, readonly [string, string]>> = {
  'AWS::DynamoDB::GlobalTable': ['table/', ''],
  'AWS::SQS::Queue': ['', ''],
  'AWS::SNS::Topic': ['', ''],
  'AWS::Lambda::Function': ['function:', ''],
  'AWS::Logs::LogGroup': ['log-group:', ':*'],
};
