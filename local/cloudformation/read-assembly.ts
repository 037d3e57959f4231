import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { DeployError } from './deploy-problem.ts';
import { orderByDependencies } from './order-by-dependencies.ts';

const Template = z.looseObject({
  Parameters: z
    .record(z.string(), z.looseObject({ Type: z.string(), Default: z.unknown().optional() }))
    .default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z
    .record(
      z.string(),
      z.looseObject({
        Type: z.string(),
        Properties: z.record(z.string(), z.unknown()).default({}),
        DependsOn: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
        Condition: z.string().optional(),
      }),
    )
    .default({}),
  Outputs: z
    .record(
      z.string(),
      z.looseObject({
        Value: z.unknown(),
        Export: z.looseObject({ Name: z.unknown() }).optional(),
        Condition: z.string().optional(),
      }),
    )
    .default({}),
  Transform: z.unknown().optional(),
});
/** A CloudFormation template as far as the deployer reads it. */
export type Template = z.infer<typeof Template>;

const Manifest = z.looseObject({
  artifacts: z
    .record(
      z.string(),
      z.looseObject({
        type: z.string(),
        environment: z.string().optional(),
        dependencies: z.array(z.string()).default([]),
        properties: z.looseObject({}).default({}),
      }),
    )
    .default({}),
});

const AssetManifest = z.looseObject({
  files: z
    .record(
      z.string(),
      z.looseObject({
        source: z.looseObject({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.looseObject({ objectKey: z.string() })),
      }),
    )
    .default({}),
});

export interface AssemblyStack {
  readonly name: string;
  readonly template: Template;
  /** Absolute path of each file asset, by the S3 key it would be published under. */
  readonly assets: ReadonlyMap<string, string>;
}

/**
 * Reads the stacks of a synthesized CDK app that belong in `region`, each after those it depends on. A stack
 * without a Region of its own belongs in every Region.
 *
 * @param dir the folder that `cdk synth` wrote (`cdk.out`)
 * @throws DeployError if the folder is no assembly, uses nested assemblies (stages), or has no stack for the Region
 */
export function readAssembly(dir: string, region: string): AssemblyStack[] {
  const file = join(dir, 'manifest.json');
  if (!existsSync(file)) {
    throw new DeployError([
      `"${dir}" has no manifest.json, so it is no CDK assembly. Run "npx cdk synth" first.`,
    ]);
  }
  const { artifacts } = readJson(file, Manifest);
  const ids = Object.keys(artifacts);
  const stage = ids.find((id) => artifacts[id]?.type === 'cdk:cloud-assembly');
  if (stage !== undefined) {
    throw new DeployError([
      `"${file}" has the stage "${stage}". Stages are not run locally; put stacks under the app.`,
    ]);
  }
  const { ordered, cycle } = orderByDependencies(ids, (id) => artifacts[id]?.dependencies ?? []);
  if (cycle !== undefined)
    throw new DeployError([`Stacks depend on each other in a circle: ${cycle.join(' -> ')}.`]);
  const stacks = ordered.flatMap((id) => {
    const artifact = artifacts[id];
    if (artifact?.type !== 'aws:cloudformation:stack' || !isFor(region, artifact.environment)) return [];
    const { stackName, templateFile } = StackProperties.parse(artifact.properties);
    const assets = artifact.dependencies.flatMap((other) =>
      assetsOf(dir, artifacts[other]?.properties ?? {}),
    );
    return [
      {
        name: stackName ?? id,
        template: readJson(join(dir, templateFile), Template),
        assets: new Map(assets),
      },
    ];
  });
  if (stacks.length === 0) throw new DeployError([`"${file}" has no stack for the Region ${region}.`]);
  return stacks;
}

const StackProperties = z.looseObject({ stackName: z.string().optional(), templateFile: z.string() });
const AssetProperties = z.looseObject({ file: z.string() });

/** `aws://ACCOUNT/REGION`, either of which may be `unknown-…`. */
function isFor(region: string, environment: string | undefined): boolean {
  const named = environment?.split('/').at(-1) ?? 'unknown-region';
  return named === 'unknown-region' || named === region;
}

function assetsOf(dir: string, properties: object): [key: string, path: string][] {
  const manifest = AssetProperties.safeParse(properties);
  if (!manifest.success) return [];
  const { files } = readJson(join(dir, manifest.data.file), AssetManifest);
  return Object.values(files).flatMap(({ source, destinations }) => {
    const { path } = source;
    if (path === undefined) return [];
    return Object.values(destinations).map(({ objectKey }): [string, string] => [
      objectKey,
      resolve(dir, path),
    ]);
  });
}

function readJson<T>(file: string, schema: z.ZodType<T>): T {
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new DeployError([`"${file}" cannot be read: ${String(error)}. Run "npx cdk synth" again.`]);
  }
  const read = schema.safeParse(found);
  if (read.success) return read.data;
  throw new DeployError([`"${file}" is not what the CDK writes: ${z.prettifyError(read.error)}`]);
}
