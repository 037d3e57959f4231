import { createHash } from 'node:crypto';
import type { Kernel } from '../kernel/kernel.ts';
import type { DeclaredResource, DeployedResource, ResourceProvider } from '../kernel/service.ts';
import { checkStack, orderResources } from './check-stack.ts';
import { DeployError, describeProblem, messageOf } from './deploy-problem.ts';
import { evaluate, isConditionTrue, type Scope } from './evaluate.ts';
import { locateCode } from './locate-code.ts';
import { readAssembly, type AssemblyStack } from './read-assembly.ts';
import { forgetUndeclared } from './forget-undeclared.ts';

export interface DeployOptions {
  /** The folder that `cdk synth` wrote. */
  readonly assemblyDir: string;
  readonly providers: readonly ResourceProvider[];
  readonly kernel: Pick<Kernel, 'region' | 'accountId' | 'state' | 'log' | 'endpoint'>;
}

export interface DeployedStack {
  readonly name: string;
  readonly resources: ReadonlyMap<string, DeployedResource & { readonly type: string }>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * Deploys a synthesized CDK app: every stack after those it depends on, every resource after what it refers
 * to. Deploying the same app again updates what is there; a resource that is no longer declared is removed.
 *
 * Types, references and circles of all stacks are checked before the first resource is made. After that a
 * resource that fails stops only those that depend on it, so that all problems are told at once.
 *
 * @throws DeployError with all problems
 */
export async function deployAssembly({
  assemblyDir,
  providers,
  kernel,
}: DeployOptions): Promise<DeployedStack[]> {
  const stacks = readAssembly(assemblyDir, kernel.region);
  const byType = new Map(providers.map((provider) => [provider.type, provider]));
  const knownTypes = new Set(byType.keys());
  const problems = stacks.flatMap((stack) => checkStack(stack, knownTypes));
  if (problems.length > 0) throw new DeployError(problems);
  const shared = { exports: new Map<string, unknown>(), outputs: new Map<string, unknown>() };
  const deployed: DeployedStack[] = [];
  for (const stack of stacks) {
    const deployment = new StackDeployment(stack, { byType, kernel, shared, problems });
    deployed.push(await deployment.run());
    // What a later stack would import is not there: its complaints would only hide the cause.
    if (problems.length > 0) throw new DeployError(problems);
  }
  await forgetUndeclared(deployed, byType, kernel);
  return deployed;
}

interface StackSurroundings {
  readonly byType: ReadonlyMap<string, ResourceProvider>;
  readonly kernel: DeployOptions['kernel'];
  readonly shared: { readonly exports: Map<string, unknown>; readonly outputs: Map<string, unknown> };
  /** Problems are added here. */
  readonly problems: string[];
}

/** The deployment of one stack, with what has been made of it so far. */
class StackDeployment {
  private readonly stack: AssemblyStack;
  private readonly around: StackSurroundings;
  private readonly resources = new Map<string, DeployedResource & { readonly type: string }>();
  private readonly scope: Scope;

  constructor(stack: AssemblyStack, around: StackSurroundings) {
    this.stack = stack;
    this.around = around;
    this.scope = {
      region: around.kernel.region,
      parameters: parametersOf(stack, around.kernel),
      mappings: stack.template.Mappings,
      conditions: stack.template.Conditions,
      resources: this.resources,
      ...around.shared,
    };
  }

  async run(): Promise<DeployedStack> {
    const failed = new Set<string>();
    const { ordered, dependenciesOf } = orderResources(this.stack.template.Resources);
    for (const logicalId of ordered) {
      if (dependenciesOf(logicalId).some((other) => failed.has(other)) || !(await this.make(logicalId))) {
        failed.add(logicalId);
      }
    }
    const outputs = failed.size === 0 ? this.publishOutputs() : {};
    return { name: this.stack.name, resources: this.resources, outputs };
  }

  /** False if it failed; what its condition leaves out has not failed. */
  private async make(logicalId: string): Promise<boolean> {
    const resource = this.stack.template.Resources[logicalId];
    const provider = this.around.byType.get(resource?.Type ?? '');
    if (resource === undefined || provider === undefined) return false;
    const { Type: type, Condition: condition } = resource;
    try {
      if (condition !== undefined && !isConditionTrue(condition, this.scope)) return true;
      const declared = this.declaration(logicalId, type, evaluate(resource.Properties, this.scope));
      this.resources.set(logicalId, { type, ...(await provider.put(declared)) });
      return true;
    } catch (error) {
      this.around.problems.push(
        describeProblem({ stack: this.stack.name, logicalId, type }, messageOf(error)),
      );
      return false;
    }
  }

  private declaration(logicalId: string, type: string, resolved: unknown): DeclaredResource {
    const stack = this.stack.name;
    const properties = locateCode(type, resolved as Record<string, unknown>, this.stack.assets);
    return { stack, logicalId, properties, suggestedName: `${stack}-${logicalId}` };
  }

  private publishOutputs(): Record<string, unknown> {
    const outputs: Record<string, unknown> = {};
    for (const [name, output] of Object.entries(this.stack.template.Outputs)) {
      try {
        if (output.Condition !== undefined && !isConditionTrue(output.Condition, this.scope)) continue;
        outputs[name] = evaluate(output.Value, this.scope);
        this.around.shared.outputs.set(`${this.stack.name}.${name}`, outputs[name]);
        if (output.Export !== undefined)
          this.publish(String(evaluate(output.Export.Name, this.scope)), outputs[name]);
      } catch (error) {
        const what = `output "${name}": ${messageOf(error)}`;
        this.around.problems.push(describeProblem({ stack: this.stack.name }, what));
      }
    }
    return outputs;
  }

  private publish(exportName: string, value: unknown): void {
    const { exports } = this.around.shared;
    if (exports.has(exportName)) throw new Error(`another stack exports "${exportName}" already.`);
    exports.set(exportName, value);
  }
}

function parametersOf({ name, template }: AssemblyStack, { region, accountId }: StackSurroundings['kernel']) {
  const id = createHash('sha256').update(name).digest('hex').slice(0, 32);
  const parameters = new Map<string, unknown>([
    ['AWS::AccountId', accountId],
    ['AWS::NotificationARNs', []],
    ['AWS::Partition', 'aws'],
    ['AWS::Region', region],
    ['AWS::StackId', `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/${id}`],
    ['AWS::StackName', name],
    ['AWS::URLSuffix', 'amazonaws.com'],
  ]);
  for (const [parameter, { Type: type, Default: value }] of Object.entries(template.Parameters)) {
    const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
    parameters.set(
      parameter,
      isList
        ? String(value)
            .split(',')
            .map((one) => one.trim())
        : value,
    );
  }
  return parameters;
}
