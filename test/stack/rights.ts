import type { Resource, Synthesized } from './synthesized.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * All that a function may do, a line for each action and resource: `sns:Publish on sns homeostat-*`.
 * Conditions follow in words: `ecs:ListTasks on * if ecs:cluster ArnEquals ecs cluster/shop`.
 */
export function rightsOf(app: Synthesized, functionName: string): string[] {
  const fn = app
    .of('AWS::Lambda::Function')
    .find(({ properties }) => properties['FunctionName'] === functionName);
  if (fn === undefined) throw new Error(`There is no function ${functionName}.`);
  return rightsOfRole(app, fn.stack, String(fn.properties['Role']).replace(/^.*\//, ''));
}

/** The same for a role by its logical id. */
export function rightsOfRole(app: Synthesized, stack: string, roleId: string): string[] {
  const policies = app
    .of('AWS::IAM::Policy')
    .filter((policy) => policy.stack === stack && (policy.properties['Roles'] as string[]).includes(roleId));
  return policies.flatMap(statementsOf).flatMap(inWords);
}

function statementsOf({ properties }: Resource): readonly Statement[] {
  return (properties['PolicyDocument'] as { Statement: readonly Statement[] }).Statement;
}

function inWords({ Effect: effect, Action, Resource, Condition }: Statement): string[] {
  if (effect !== 'Allow') throw new Error(`Expected rights only, found an effect ${effect}.`);
  const limits = Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(
      ([key, values]) => ` if ${key} ${operator} ${[values].flat().map(String).map(shortened).join(' or ')}`,
    ),
  );
  return [Action]
    .flat()
    .flatMap((action) =>
      [Resource].flat().map((resource) => `${action} on ${shortened(resource)}${limits.join('')}`),
    );
}

/** An ARN of this account and Region without what is always the same. */
function shortened(arn: string): string {
  return arn.replace(/^arn:aws:([a-z]+):eu-west-1:111122223333:/, '$1 ');
}
