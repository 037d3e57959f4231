import { describeProblem } from './deploy-problem.ts';
import { findReferences } from './find-references.ts';
import { orderByDependencies } from './order-by-dependencies.ts';
import type { AssemblyStack } from './read-assembly.ts';

/** Names that `Ref` knows without a declaration. */
export const PSEUDO_PARAMETERS = [
  'AccountId',
  'NoValue',
  'NotificationARNs',
  'Partition',
  'Region',
  'StackId',
]
  .concat(['StackName', 'URLSuffix'])
  .map((name) => `AWS::${name}`);

/** What is wrong with a stack before anything of it is deployed: every problem, one sentence each. */
export function checkStack(
  { name: stack, template }: AssemblyStack,
  knownTypes: ReadonlySet<string>,
): string[] {
  const problems: string[] = [];
  if (template.Transform !== undefined) {
    problems.push(
      describeProblem(
        { stack },
        `it uses the transform ${JSON.stringify(template.Transform)}, which only AWS can run.`,
      ),
    );
  }
  for (const [name, parameter] of Object.entries(template.Parameters)) {
    if (parameter.Default === undefined) {
      problems.push(
        describeProblem({ stack }, `the parameter "${name}" has no default, and nobody is there to ask.`),
      );
    }
  }
  const declared = new Set([
    ...Object.keys(template.Resources),
    ...Object.keys(template.Parameters),
    ...PSEUDO_PARAMETERS,
  ]);
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    const say = (what: string) =>
      problems.push(describeProblem({ stack, logicalId, type: resource.Type }, what));
    if (!knownTypes.has(resource.Type)) {
      say(
        `the embedded cloud has no such resource type. Leave it out of what runs locally, or add a provider under local/. ` +
          `Known types: ${[...knownTypes].sort().join(', ')}.`,
      );
    }
    const { references, unknownIntrinsics } = findReferences(resource.Properties);
    for (const name of new Set(unknownIntrinsics))
      say(`the intrinsic ${name} is not known to the embedded cloud.`);
    const targets = new Set([...references.map(({ target }) => target), ...resource.DependsOn]);
    for (const target of targets)
      if (!declared.has(target)) say(`it refers to "${target}", which is not declared.`);
  }
  const { cycle } = orderResources(template.Resources);
  if (cycle !== undefined) {
    problems.push(
      describeProblem({ stack }, `resources depend on each other in a circle: ${cycle.join(' -> ')}.`),
    );
  }
  return problems;
}

/** Orders the resources of a template by `DependsOn` and by what their properties refer to. */
export function orderResources(resources: AssemblyStack['template']['Resources']) {
  const dependenciesOf = (logicalId: string): string[] => {
    const { Properties: properties, DependsOn: dependsOn } = resources[logicalId] ?? {
      Properties: {},
      DependsOn: [],
    };
    return [...dependsOn, ...findReferences(properties).references.map(({ target }) => target)];
  };
  return { ...orderByDependencies(Object.keys(resources), dependenciesOf), dependenciesOf };
}
